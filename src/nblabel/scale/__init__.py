"""Work over all rows on the engine that people already have: polars, duckdb, dask, Spark."""

from nblabel.scale.exporting import export
from nblabel.scale.predicting import predict

__all__ = ["export", "predict"]
