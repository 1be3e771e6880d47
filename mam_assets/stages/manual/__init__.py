"""What a person does by hand: bringing a torrent, and deciding on a download."""
