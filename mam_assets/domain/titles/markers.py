"""Words in a title that say what kind of thing it is: edition, dramatisation, study guide, box set, excerpt …

Each marker is a rule about wording alone. They are read from the title, its subtitle and what stands in brackets.
"""

from __future__ import annotations

import re

_NUM = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|[ivx]+)"

UNABRIDGED = re.compile(r"\bunabridged\b|\bungekürzt\w*|\bintégrale\b|\bcomplete and unabridged\b", re.I)
ABRIDGED = re.compile(r"(?<!un)\babridged\b|\babridg(?:e)?ment\b|\bgekürzt\w*|\bcondensed\b", re.I)

# A play made of the book. "Full cast" alone is a manner of reading the whole text, not an adaptation.
DRAMATISED = re.compile(
    r"\bdramati[sz](?:ed|ation|ations)\b|\bgraphic\s?audio\b|\baudio\s?(?:drama|play)s?\b|\bradio\s(?:drama|play|show|"
    r"production|theatre|theater|collection|adaptation|series)s?\b|\bfull[- ]cast (?:audio\s?)?(?:drama|adaptation|audioplay|"
    r"dramati[sz]ation|play)\b|\boriginal drama\b|\bhörspiel\w*|\bsłuchowisko\b|\bbbc radio\b|"
    r"\b(?:stage|audio|theatrical) (?:adaptation|play)\b|\ba movie in your mind\b",
    re.I,
)
FULL_CAST = re.compile(r"\bfull[- ]cast\b|\bmulti[- ]?cast\b", re.I)
SCREENPLAY = re.compile(r"\bscreenplay\b|\bthe (?:movie )?script\b|\bplayscript\b|\bshooting script\b", re.I)

# A book about the book. "Guide" alone is part of many titles, so it needs its company.
STUDY_GUIDE = re.compile(
    r"\bstudy guides?\b|\bsummary (?:of|and|&|guide|analysis|,)|^\s*summary\b\s*[:|-]|[|:(\[-]\s*(?:a |an |the )?(?:\w+ ){0,2}summary\b|"
    r"\bbook summary\b|\bsummari[sz]ed\b|\bworkbook (?:for|to|on)\b|[:|(-]\s*(?:the )?workbook\b|\bkey (?:insights|takeaways|ideas)\b|"
    r"\bconversation starters\b|\btrivia\b.*\b(?:on|for|about|quiz|book)\b|\bquiz(?:zes)? (?:on|for|book)\b|\bspark\s?notes\b|"
    r"\bcliffs?\s?notes\b|\bsidekick to\b|\b(?:an? )?analysis of\b|\bdiscussion (?:guide|prompts|questions)\b|"
    r"\breader'?s (?:companion|guide)\b|\bteacher'?s (?:guide|edition)\b|\blesson plans?\b|\bin \d+ minutes\b|\bblinks?\b of\b|"
    r"\breading guide\b|\bbook (?:review|club kit)\b|\bzusammenfassung\b|\brésumé d[eu]\b|\bresumen (?:de|del|completo)\b",
    re.I,
)
COMPANION = re.compile(
    r"\b(?:official|illustrated|unofficial|unauthori[sz]ed|complete|ultimate|essential|movie|film|insider'?s|visual|world)"
    r"(?: \w+){0,3} (?:companion|guide|handbook|encyclop(?:a)?edia|cookbook|colou?ring book)\b|\bcompanion (?:to|book|guide)\b|"
    r"[:(-]\s*(?:a |an |the )?companion\b|\bcolou?ring book\b|\bcookbook\b|\bmovie (?:diary|tie-?in guide|storybook)\b|"
    r"^(?:the )?(?:art|world|making|science|philosophy|wit and wisdom|wisdom|history) (?:of|behind) (?:the )?[A-Z]|"
    r"\bactivity book\b|\bsticker book\b|\bjournal\b\s*$|\bposter book\b|\binsider'?s guide\b|\bbehind the scenes\b|\bscrapbook\b",
    re.I,
)
# These speak of a companion only if a work of that name is meant, which the matching knows; too weak alone.
WORLD_OF = re.compile(r"^(?:the )?(?:art|world|making|science|philosophy) (?:of|behind)\b", re.I)

EXCERPT = re.compile(
    r"\bexcerpts?\b|\bsample(?:r)?\b\s*(?:chapters?)?\s*(?:$|[)\]:,-]|from\b|of\b)|\bpreview\b\s*(?:$|[)\]:,-]|of\b|edition\b)|"
    r"\bsneak peek\b|\bfirst (?:\w+ )?chapters?\b|\bchapters? \d+\s*(?:-|to|–)\s*\d+\b|\bfree chapter\b|\bleseprobe\b|\bextrait\b|"
    r"\bselections? from\b|\bselected (?:chapters|passages)\b|\bbonus (?:chapter|scene|epilogue|content)s?\b|\bdeleted scenes?\b",
    re.I,
)
YOUNG_READERS = re.compile(
    r"\byoung(?:er)? readers?'?s?'?\b|\byoung adult (?:adaptation|edition|version)\b|\b(?:for|adapted for) (?:kids|children|young)\b|"
    r"\bchildren'?s (?:edition|version|adaptation)\b|\bkids'? edition\b|\bjunior (?:edition|classics?)\b|\bstudent'?s? edition\b|"
    r"\bretold for\b|\bsimplified\b|\bgraded reader\b|\b(?:penguin|oxford bookworms) readers?\b|\beasy reader\b|\billustrated kids\b",
    re.I,
)
GRAPHIC = re.compile(
    r"\bgraphic (?:novels?|edition|adaptation|memoir)\b|\bthe graphic\b|\bmanga\b|\bcomics?\b(?! relief)|\bcomic book\b|\bbande dessinée\b|"
    r"\bwebtoon\b|\billustrated/graphic\b",
    re.I,
)
OMNIBUS = re.compile(
    r"\bomnibus\b|\bbox(?:ed)?[- ]?sets?\b|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten)[- ](?:book|novel|volume)s? (?:bundle|set|collection|box)|"
    r"\bbundle\b|\bcomplete (?:\w+[' ]*\w* ){0,5}(?:series|saga|trilogy|collection|chronicles|cycle|quartet|box|set|novels|books|"
    r"audio collection|works|duology|quintet)\b|\bthe complete (?=[A-Z])|\b(?:books?|volumes?|vols?\.?|parts?) "
    rf"{_NUM}\s*(?:-|–|to|through|thru|&|and|\+)\s*{_NUM}\b|\b(?:books?|volumes?) {_NUM}(?:\s*,\s*{_NUM})+|"
    r"\bcollection set\b|\b(?:audio|novels?|books?|series) collection\b|\b(?:trilogy|series) (?:set|collection|pack)\b|"
    r"\b\d+ books? in (?:1|one)\b|\b\d+-in-(?:1|one)\b|\bgesamtausgabe\b|\bsammelband\b|\bintégrale\b",
    re.I,
)
COMPLETE = re.compile(
    r"\bcomplete\b|\bentire\b|\ball (?:\w+ )?(?:books|novels|volumes)\b|\bgesamtausgabe\b|\bintégrale\b", re.I
)
LANGUAGE_EDITION = re.compile(
    r"\b(?:in )?(?P<language>[^\W\d_]+)(?:[- ]language)? (?:edition|version|translation)\b|"
    r"\b(?:édition|version|edición|edizione|edição|wydanie) (?P<other>[^\W\d_]+)",
    re.I,
)

PART_OF = re.compile(
    rf"\b(?:part|parts|pt|disc|disk|cd|teil|volume|vol)\.?\s*(?P<n>{_NUM})\s*(?:of|/)\s*(?P<m>{_NUM})\b|"
    rf"[(\[]\s*(?P<n2>\d+)\s*(?:of|/)\s*(?P<m2>\d+)\s*[)\]]|(?:^|[-–,:]\s+)(?P<n3>\d+) of (?P<m3>\d+)\s*(?:$|[\[(])",
    re.I,
)
PART = re.compile(rf"[\[(,:–-]\s*(?:part|pt|teil)\.?\s+(?P<n>{_NUM})\s*(?:$|[)\]:,\[(–-])", re.I)

# Words of an edition that say nothing about which book it is. Matched against a whole segment or bracket.
EDITION = re.compile(
    r"^(?:the )?(?:\W*(?:complete(?: (?:and|&))? )?(?:un)?abridged(?: (?:edition|audiobook|version))?"
    r"|(?:narrated|read|performed|voiced) by .*|with .* narrating"
    r"|.*\b(?:edition|editions|ed\.|version|ausgabe|audible studios)"
    r"|(?:an? )?(?:full|multi)[- ]?cast(?: (?:production|edition|recording|audiobook|narration|audio edition))*"
    r"|(?:audio ?book|audio|audio cd|mp3(?: cd)?|m4b|m4a|flac|\d+ ?kbps|\d+k|cd|dramati[sz]ed adaptation|retail|unb|unabr|abr)"
    r"|(?:an?|the) (?:novel|novella|memoir|thriller|mystery|romance|story|tale|novelette|short story|fable|play|poem|biography|"
    r"history|true story|love story|epic fantasy|fantasy|litrpg(?: \w+)?|gamelit(?: \w+)?|novel in \w+|novel of suspense)"
    r"|(?:epic |dark |urban |military |young adult |ya |paranormal |contemporary )*(?:fantasy|romance|thriller|science fiction|"
    r"sci-?fi|litrpg|mystery|horror|fiction|non-?fiction|suspense|self-help|history|memoir|biography)"
    r"|(?:19|20)\d\d|remastered|booktrack|audible originals?|a new york times bestseller|now a .*|international bestseller"
    r"|(?:whispersync|kindle).*|bbc .*|special edition|.*\banniversary\b.*|dramati[sz]ed.*|free|exclusive|audible exclusive"
    r"|science fiction|novelization|(?:a |an )?(?:\w+ ){0,3}\badventure|book club pick|winner of .*)\W*$",
    re.I,
)
