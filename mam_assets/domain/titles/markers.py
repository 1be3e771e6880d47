"""Words in a title that say what kind of thing it is: edition, dramatisation, study guide, box set, excerpt …

Each marker is a rule about wording alone. They are read from the title, its subtitle and what stands in brackets.
"""

from __future__ import annotations

import re

_NUM = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|[ivx]+)"
_YEAR = r"(?:1[5-9]|20)\d\d"  # "Vol 3 - 2010" is one volume
_COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"^\W*(?:the )?(?:" + "|".join(patterns) + r")\W*$", re.I)


UNABRIDGED = _any(r"\bunabridged\b", r"\bungekürzt\w*")
ABRIDGED = _any(r"(?<!un)\babridged\b", r"\babridge?ment\b", r"\bgekürzt\w*", r"\bcondensed\b")

# A play made of the book. "Full cast" alone is a manner of reading the whole text, not an adaptation.
DRAMATISED = _any(
    r"\bdramati[sz](?:ed|ations?)\b",
    r"\bgraphic\s?audio\b",
    r"\baudio\s?(?:drama|play)s?\b",
    r"\bradio\s(?:drama|play|show|production|theat(?:re|er)|collection|adaptation|series)s?\b",
    r"\bfull[- ]cast (?:audio\s?)?(?:drama|adaptation|play)\b",
    r"\boriginal drama\b",
    r"\bhörspiel\w*",
    r"\bsłuchowisko\b",
    r"\bbbc radio\b",
    r"\b(?:stage|audio|theatrical) (?:adaptation|play)\b",
    r"\ba movie in your mind\b",
)
FULL_CAST = _any(r"\bfull[- ]cast\b", r"\bmulti[- ]?cast\b")
SCREENPLAY = _any(
    r"\bscreenplay\b", r"\bthe (?:movie )?script\b", r"\bscript ?book\b", r"\bplayscript\b", r"\bshooting script\b"
)

# A book about the book. "Guide" and "summary" alone are part of many titles, so they need their company.
STUDY_GUIDE = _any(
    r"\b(?:study|discussion|reading|teacher'?s|reader'?s|summary) guides?\b",
    r"\bsummary (?:of|and|&|analysis|,)",
    r"^\s*summary\b\s*[:|-]",
    r"[|:(\[-]\s*(?:a |an |the )?(?:\w+ ){0,2}summary\b",
    r"\b(?:book|chapter) summary\b",
    r"\bsummari[sz]ed\b",
    r"\bworkbook (?:for|to|on)\b",
    r"[:|(-]\s*(?:the )?workbook\b",
    r"\bkey (?:insights|takeaways|ideas)\b",
    r"\b(?:conversation starters|discussion (?:prompts|questions)|lesson plans?)\b",
    r"\btrivia\b.*\b(?:on|for|about|quiz|book)\b",
    r"\bquiz(?:zes)? (?:on|for|book)\b",
    r"\bspark\s?notes\b",
    r"\bcliffs?\s?notes\b",
    r"\bsidekick to\b",
    r"\banalysis of\b",
    r"\bbook (?:review|club kit)\b",
    r"\bzusammenfassung\b",
    r"\brésumé d[eu]\b",
    r"\bresumen (?:de|del|completo)\b",
)
COMPANION = _any(
    r"\b(?:official|illustrated|unofficial|unauthori[sz]ed|complete|ultimate|essential|movie|film|insider'?s|visual|world)"
    r"(?: \w+){0,3} (?:companion|guide|handbook|encyclopa?edia|cookbook|colou?ring book)\b",
    r"\bcompanion (?:to|book|guide)\b",
    r"[:(-]\s*(?:a |an |the )?companion\b",
    r"\b(?:colou?ring|activity|sticker|poster) book\b",
    r"\bmovie (?:diary|storybook)\b",
    r"\bbehind the scenes\b",
)
EXCERPT = _any(
    r"\bexcerpts?\b",
    r"\bsampler?\b\s*(?:chapters?)?\s*(?:$|[)\]:,-]|from\b|of\b)",
    r"\bpreview\b\s*(?:$|[)\]:,-]|of\b|edition\b)",
    r"\bsneak peek\b",
    r"\b(?:first (?:\w+ )?chapters?|free chapter|selections? from|selected (?:chapters|passages))\b",
    r"\bchapters? \d+\s*(?:-|to|–)\s*\d+\b",
    r"\b(?:leseprobe|extrait)\b",
    r"\bbonus (?:chapter|scene|epilogue|content)s?\b",
    r"\bdeleted scenes?\b",
)
YOUNG_READERS = _any(
    r"\byoung(?:er)? reader'?s?'?\b",
    r"\byoung adult (?:adaptation|edition|version)\b",
    r"\badapted for (?:kids|children|young)\b",
    r"\b(?:children|kid|student)'?s?'? (?:edition|version|adaptation)\b",
    r"\bjunior (?:edition|classics?)\b",
    r"\bretold for\b",
    r"\b(?:graded|easy) readers?\b",
    r"\b(?:penguin|oxford bookworms) readers?\b",
    r"\bsimplified\b",
)
GRAPHIC = _any(
    r"\bgraphic (?:novels?|edition|adaptation|memoir|history)\b",
    r"\b(?:authori[sz]ed|illustrated) adaptation\b",
    r"\bmanga\b",
    r"\bcomics? (?:books?|adaptation|edition|series|strip)\b",
    r"\bbande dessinée\b",
    r"\bwebtoon\b",
)
OMNIBUS = _any(
    r"\bomnibus\b",
    r"\bbox(?:ed)?[- ]?sets?\b",
    rf"\b{_COUNT}[- ](?:book|novel|volume)s? (?:bundle|set|collection|box)",
    r"\bbundle\b",
    r"\bcomplete (?:[\w']+ ){0,5}(?:series|saga|trilogy|collection|chronicles|cycle|quartet|box|set|novels|books|works|"
    r"duology|quintet)\b",
    r"\bthe complete (?!edition|version|unabridged|uncut|and\b|guide|idiot|book\b|text|novel\b|story|audiobook)(?=\w)",
    rf"\b(?:books?|volumes?|vols?\.?|parts?) {_NUM}\s*(?:-|–|to|through|thru|&|and|\+)\s*(?!{_YEAR}\b){_NUM}\b",
    rf"\b(?:books|volumes) {_NUM}(?:\s*,\s*{_NUM})+",
    r"\b(?:audio|novels?|books?|series) collection\b",
    r"\b(?:trilogy|series) (?:set|collection|pack)\b",
    r"\b\d+(?: books?)?[- ]in[- ](?:1|one)\b",
    r"\b(?:gesamtausgabe|sammelband|intégrale)\b",
)
COMPLETE = _any(
    r"\bcomplete\b(?! and un| edition| version| & un)",
    r"\bentire\b",
    r"\ball (?:\w+ )?(?:books|novels|volumes)\b",
    r"\bgesamtausgabe\b",
)
LANGUAGE_EDITION = _any(
    r"\b(?P<language>[^\W\d_]+)(?:[- ]language)? (?:edition|version|translation)\b",
    r"\b(?:édition|version|edición|edizione|edição|wydanie) (?P<other>[^\W\d_]+)",
)

PART_OF = _any(
    rf"\b(?:parts?|pt|disc|disk|cd|teil|volume|vol)\.?\s*(?P<n>{_NUM})\s*(?:of|/)\s*(?P<m>{_NUM})\b",
    r"[(\[]\s*(?P<n2>\d+)\s*(?:of|/)\s*(?P<m2>\d+)\s*[)\]]",
    r"(?:^|[-–,:]\s+)(?P<n3>\d+) of (?P<m3>\d+)\s*(?:$|[\[(])",
)
PART = re.compile(rf"[\[(,:–-]\s*(?:part|pt|teil)\.?\s+(?P<n>{_NUM})\s*(?:$|[)\]:,\[(–-])", re.I)

# Words of an edition that say nothing about which book it is. Matched against a whole segment or bracket.
EDITION = _whole(
    r"(?:complete(?: (?:and|&))? )?(?:un)?abridged(?: (?:edition|audiobook|version))?",
    r"(?:narrated|read|performed|voiced) by .*",
    r".*\b(?:edition|editions|ed\.|version|ausgabe|anniversary)",
    r"(?:an? )?(?:full|multi)[- ]?cast(?: (?:production|edition|recording|audiobook|narration|audio edition))*",
    r"(?:audio ?book|audio|audio cd|mp3(?: cd)?|m4b|m4a|flac|\d+ ?k(?:bps)?|cd)",
    r"(?:retail|unb|unabr|abr|remastered|free|exclusive)",
    r"(?:an?|the) (?:novel|novella|novelette|memoir|thriller|mystery|romance|story|short story|tale|fable|play|poem)",
    r"(?:an?|the) (?:biography|history|true story|love story|epic fantasy|fantasy|novel in \w+|novel of suspense)",
    r"(?:an?|the) (?:litrpg|gamelit)(?: \w+)?",
    r"(?:epic |dark |urban |military |young adult |ya |paranormal |contemporary )*(?:fantasy|romance|thriller|"
    r"science fiction|sci-?fi|litrpg|mystery|horror|fiction|non-?fiction|suspense|self-help|history|memoir|biography)",
    r"(?:an? )?(?:[\w-]+ ){0,3}adventure",
    r"(?:19|20)\d\d",
    r"booktrack",
    r"audible (?:originals?|exclusive|studios)",
    r"(?:a |now a |the )?(?:\w+ ){0,3}(?:bestseller|book club pick)",
    r"(?:whispersync|kindle|dramati[sz]ed|bbc).*",
    r"novelization",
)
