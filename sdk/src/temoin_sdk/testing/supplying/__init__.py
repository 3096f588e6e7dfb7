"""How a scenario reaches the editor's software: tables made from what his SELECTs name, or his own schema."""
