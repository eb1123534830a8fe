"""Pages of meetings: to be written by its room."""

from flask import Blueprint

bp = Blueprint("meetings", __name__)
