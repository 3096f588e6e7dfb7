"""CSV, XLSX and Parquet exports as a source."""
