"""From candidates to finished downloads: proposing, pricing, submitting, reconciling; and the tracker account."""
