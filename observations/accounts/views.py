"""Pages of accounts: to be written by its room."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
