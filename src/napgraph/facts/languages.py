"""The language of a name, where its own words leave no doubt."""

from __future__ import annotations

import re

# Words that stand in names of bodies, plans and pages in one of these languages and in no
# other. Statistical recognisers were tried: on names of two to eight words they are right
# but unsure of most, and sure of some that they get wrong.
_WORDS = {
    "en": """
        academy action activists adviser affairs agencies agreement air alliance ambassador
        and armed army assembly at authorities authority beyond bodies body border by
        cabinet central centre chancellery chief citizens civil civilian committee community
        council countries country court customs defence defense department departments
        development directorate embassy equality experts federal federation fellowship for
        force forces foreign foundation from fund gender girls government governmental
        governments group groups health home house human including inspectorate institute
        interior judges judicial labour leaders local ministries ministry movement
        municipalities mutual network of office officers organisation organisations
        organization organizations parliament parties partners partnership peace people
        platform political prime profile prosecutor report representatives republic research
        researchers review rights school schools secretary security senate society staff
        state states statistics steering strategic strategy support task team the their
        third through training treasury un under union united university voluntary war watch
        white with within without women women's working world years youth
    """,
    "fr": """
        affaires appui armée auprès aux avec chargé chargée comité conseil droits
        défense développement enfant famille femme femmes gouvernement générale génération
        intérieur l'enfant les lutte ministère mise nationale paix réseau secrétariat
        société solidarité sécurité étrangères œuvre
    """,
    "es": """
        académica acción asuntos centro consejo defensa derechos dirección ejército
        exteriores igualdad las los ministerio mujer mujeres operaciones paz policía
        secretaría seguridad universidad y
    """,
    "pt": """
        acção ação direitos família forças ministério mulher mulheres plano presidência
        promoção segurança
    """,
    "it": """
        comitato d'azione degli della delle dello donne interministeriale ministero
    """,
    "de": """
        aktionsplan auswärtiges bundesministerium bundesregierung dritter frauen für
        umsetzung und zur
    """,
}  # fmt: skip
_LANGUAGE_OF: dict[str, str] = {
    word: language for language, words in _WORDS.items() for word in words.split()
}


def recognise(name: str, *, at_least: int = 1) -> str | None:
    """Name the language whose words a name holds.

    None where it holds fewer than `at_least` of them, or words of two languages.
    """
    found = [
        language
        for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", name.lower())
        if (language := _LANGUAGE_OF.get(word.replace("’", "'")))
    ]
    if len(found) < at_least or len(set(found)) != 1:
        return None
    return found[0]
