"""The ledger of addresses: which page every article and list has had, kept beside the content so that it stays."""
