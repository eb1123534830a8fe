"""Counts by day, area and category: what a period's occasions are read from, instead of from the reports themselves.

A row is one occasion: there was something. `record.counting` keeps the rows true.
"""

from typing import Final

import sqlalchemy as sa

from observations.database import Base, text_enum
from observations.record.categories import Category

ANY: Final = "any"
"""The scope that counts every observation, whatever review has made of it; the others are named as the states are."""

OCCASION: Final = sa.Table(
    "occasion",
    Base.metadata,
    sa.Column("scope", sa.String(40), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("area_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("category", text_enum(Category), primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""`area_id` is 0 for what lies in no area, and no foreign key: who changes an observation's area moves its count."""
