"""The tests of CRM Desk; the folders mirror crmdesk/."""
