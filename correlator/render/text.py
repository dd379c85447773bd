def render_text(answer, of=1): return "TEXT " + answer.finding.value
