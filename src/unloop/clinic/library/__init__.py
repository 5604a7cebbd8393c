"""The library: what anybody may read about OCD and ketamine before signing in anywhere."""
