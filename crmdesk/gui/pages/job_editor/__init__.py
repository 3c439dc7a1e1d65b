"""The page on which a job is made."""

from crmdesk.gui.pages.job_editor.page import JobEditorPage

__all__ = ["JobEditorPage"]
