"""The way to a CRM: the proxies of the company and of the system, time-outs, certificates."""
