"""HL7v2 messages of a DUI to its intermediation platform, and the platform's business acknowledgements.

    file ──► framing ──► parsing ──► survey ──► matching ──► relations
             (bytes,      (hl7types)  (a folder)  (who was     (messages_mss, depots_dmp)
              no document)                         confirmed)

Each arrow is one function that can be called alone. The document a message carries, the person's name and the mail
addresses are dropped while bytes are read: nothing after `framing` has ever seen them.
"""
