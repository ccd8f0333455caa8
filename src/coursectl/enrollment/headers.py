"""What the columns of a roster may be called: by field, in English, Spanish, Portuguese and French."""

from __future__ import annotations

from collections.abc import Mapping

# Columns of a roster by field, with their headers in English, Spanish, Portuguese and French. `number` and `reason` are
# understood so that they aren't reported: numbers are given by the edition, reasons are those of a file of bad rows.
# `inverted_name` is one column with the family name first; `first_or_full` is what the other headers decide.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "No.", "N.º", "Nº", "N°", "Nro.", "Núm.", "Número", "#", "Numéro", "Orden",
        "N.º de orden", "N.º de ordem", "N° d'ordre", "Orden n.º", "Ordem",
    ),
    "honorific": (
        "Title", "Treatment", "Tratamiento", "Título", "Trato", "Tratamento", "Civilité", "Titre",
        "Form of address", "Treatment/Title", "Tratamiento/Título", "Sr./Sra.", "Mr./Ms.", "Mr./Mrs.", "M./Mme", "Título de tratamento",
        "Forma de tratamento", "Fórmula de cortesía", "Titre de civilité",
    ),
    "family_name": (
        "Surname", "Surnames", "Last name", "Family names", "Apellidos", "Apellido", "Sobrenome", "Sobrenomes", "Apelidos",
        "Nom de famille", "Noms",
        "Last names", "Surname/s", "Apellido/s", "Apellido o apellidos", "Nombre de familia", "Apelido", "Apelido/Sobrenome", "Sobrenome/Apelido",
        "Nome de família", "Nomes de família", "Último nome", "Último sobrenome", "Noms de famille", "Nom(s)", "Nom patronymique", "Nom d'usage",
    ),
    "given_name": (
        "First name", "First names", "Given names", "Forename", "Nombres", "Nombre de pila", "Prenome", "Prenomes", "Nomes",
        "Prénom", "Prénoms",
        "Given name/s", "Forenames", "Christian name", "Primer nombre", "Nombre propio", "Nombres de pila", "Nome próprio", "Nomes próprios",
        "Primeiro nome", "Nome de batismo", "Prenome/Nome", "Prénom usuel", "Prénom d'usage",
    ),
    "name": (
        "Full name", "Participant", "Participant's name", "Name and surname", "First and last name", "Nombre completo", "Nombre y apellido", "Nombre y apellidos", "Nombres y apellidos",
        "Participante", "Nome completo", "Nome e sobrenome", "Nom complet", "Nom et prénom", "Prénom et nom",
        "Full names", "Complete name", "Participant name", "Name of participant", "Name of the participant",
        "Name and surnames", "Names and surnames", "First name and surname", "First and last names", "Name and last name", "Nombres completos",
        "Nombres y apellido", "Nombre/Apellido", "Nombre del participante", "Nombre de la persona", "Nombre y apellido completo",
        "Apellido y nombre completo", "Nomes completos", "Nome e sobrenomes", "Nomes e sobrenomes", "Nome e apelido", "Nome e apelidos",
        "Nomes e apelidos", "Nome do participante", "Noms complets", "Nom et prénoms", "Noms et prénoms", "Prénoms et nom", "Prénoms et noms",
        "Nom du participant", "Nom et prénom du participant", "Participant/e",
    ),
    "inverted_name": (
        "Apellidos y nombres", "Apellido y nombre", "Apellidos y nombre", "Apellido y nombres", "Apellidos, nombres",
        "Sobrenome e nome", "Surname and name", "Surname, name", "Surname, given names", "Last name, first name",
        "Apellido/Nombre", "Apellidos, nombre", "Apellido, nombres", "Sobrenome, nome", "Sobrenomes e nomes", "Sobrenomes, nomes", "Apelido e nome",
        "Apelidos e nomes", "Apelidos e nome", "Apelido, nome", "Apelidos, nomes", "Surnames and names", "Surname and given names",
        "Surname and first name", "Surname, first name", "Surnames, names", "Last name, given name", "Last name and first name", "Last and first name", "Family name, given names", "Family name and given name",
        "Nom, prénom", "Nom, prénoms", "Nom de famille et prénom", "Nom de famille et prénoms", "Nom de famille, prénom",
    ),
    "first_or_full": ("Nombre", "Nome", "Nom"),
    "sex": (
        "Gender", "Sexo", "Género", "Gênero", "Sexe", "Genre",
        "Sex/Gender", "Gender/Sex", "Sexo/Género", "Género/Sexo", "Sexo (F/M)", "Sexo (M/F)", "Sexe/Genre", "Genre/Sexe",
    ),
    "country": (
        "Represented country", "Country represented", "Country of origin", "País", "País que representa", "País representado",
        "País de origen", "País de procedencia", "País de origem", "Pays", "Pays représenté", "Pays d'origine",
        "Countries", "Represented countries", "Countries represented", "Nation", "País/es", "Países",
        "Países que representan", "País al que representa", "País representado por",
        "País que representa o participante", "Pais representado pelo participante", "Países representados", "Pays d'origine du participant",
        "Pays que représente le participant", "Pays représentés",
    ),
    "organization": (
        "Organisation", "Office", "Institution", "Agency", "Ministry", "Institución", "Organismo", "Organización",
        "Dependencia", "Oficina", "Entidad", "Ministerio", "Repartición", "Lugar de trabajo", "Instituição", "Órgão", "Organização",
        "Ministério", "Entidade", "Organisme", "Ministère", "Administration",
        "Organizations", "Organisations", "Institutions", "Institution/Organization", "Organization/Institution", "Employer", "Affiliation",
        "Department", "Ministries", "Agencies", "Offices", "Instituciones", "Organismos", "Organizaciones", "Institución/Organismo",
        "Organismo/Institución", "Institución u organismo", "Organismo o institución", "Entidades", "Ministerio/Institución",
        "Institución de procedencia", "Institución a la que pertenece", "Institución que representa", "Afiliación", "Dirección/Dependencia",
        "Empresa", "Instituições", "Organizações", "Órgãos", "Órgão/Instituição", "Instituição/Órgão", "Instituição de origem", "Local de trabalho",
        "Lotação", "Repartição", "Ministérios", "Institutions représentées", "Organismes", "Institution/Organisme", "Organisme/Institution",
        "Employeur", "Lieu de travail", "Service", "Ministères",
    ),
    "post": (
        "Position", "Job title", "Job", "Cargo", "Puesto", "Cargo o puesto", "Cargo actual", "Cargo que ocupa", "Función", "Función/Cargo",
        "Função", "Cargo/Função", "Poste", "Poste occupé", "Fonction",
        "Positions", "Posts", "Title of post", "Current post", "Current position", "Post/Position", "Position/Title", "Occupation", "Cargos",
        "Puestos", "Cargo/Función", "Cargo y función", "Puesto/Cargo", "Cargo/Puesto", "Puesto de trabajo", "Puesto o cargo", "Puesto actual",
        "Posición", "Ocupación", "Funções", "Função/Cargo", "Cargo ou função", "Cargo atual", "Cargo que ocupa atualmente", "Ocupação",
        "Postes", "Poste actuel", "Poste/Fonction", "Fonction/Poste", "Fonctions", "Fonction occupée",
    ),
    "email": (
        "E-mail", "Mail", "E-mail address", "Email address", "Correo electrónico", "Correo", "Correo-e", "Dirección de correo",
        "Dirección de correo electrónico", "Correo institucional", "E-mail institucional", "Correio eletrônico", "Endereço eletrônico",
        "Endereço de e-mail", "Courriel", "Adresse électronique", "Adresse e-mail",
        "E-mails", "Emails", "Mail address", "Electronic mail", "Email/s", "Correos electrónicos", "Correos", "Correo/E-mail", "E-mail/Correo",
        "Correo electrónico institucional", "Correo electrónico personal", "Correo personal", "Dirección electrónica", "Dirección de e-mail",
        "Correio electrónico", "Correios eletrônicos", "E-mail pessoal", "Endereço electrónico", "Endereços eletrônicos", "Courriels",
        "Adresse courriel", "Adresse mail", "Adresse de courriel", "Courrier électronique", "Mél",
    ),
    "category": (
        "Categoría", "Categoria", "Catégorie", "Tipo de participante",
        "Categories", "Category of participant", "Participant category", "Type of participant", "Categorías", "Categoría de participante",
        "Categoria do participante", "Catégorie de participant", "Type de participant",
    ),
    "language": (
        "Preferred language", "Idioma", "Lengua", "Idioma preferido", "Língua", "Langue", "Langue préférée",
        "Languages", "Mother tongue", "Language of correspondence", "Idiomas", "Lenguas", "Idioma de correspondencia", "Lengua materna",
        "Idioma materno", "Línguas", "Língua materna", "Langues", "Langue maternelle", "Langue de correspondance",
    ),
    "birth_year": (
        "Year of birth", "Date of birth", "Fecha de nacimiento", "Data de nascimento", "Date de naissance", "Born", "Año de nacimiento", "Año nac.", "Año de nac.", "Ano de nascimento", "Année de naissance",
        "Birth date", "Date of birth (DD/MM/YYYY)", "Birthday", "Nacimiento", "Fecha nac.", "Fecha de nac.", "F. de nacimiento", "F. nac.",
        "Nascimento", "Ano nasc.", "Data nasc.", "Naissance", "Né le", "Née le", "Né(e) le", "Date naissance",
    ),
    "phone": (
        "Telephone", "Phone number", "Mobile", "Cell phone", "Teléfono", "Tel.", "Teléfono celular", "Número de teléfono",
        "Móvil", "Telefone", "Telefone celular", "Téléphone", "Portable", "Celular",
        "Phones", "Telephones", "Tel./Fax", "Phone/Mobile", "Mobile phone", "Cellphone", "Cellular", "Telephone number", "Teléfonos", "Teléfono/s",
        "Tel./Cel.", "Celular/Teléfono", "Teléfono móvil", "Teléfono de contacto", "N.º de teléfono", "Cel.", "WhatsApp", "Teléfono/WhatsApp",
        "Telefones", "Telefone de contato", "Telemóvel", "Número de telefone", "N.º de telefone", "Fone", "Téléphone portable", "Téléphone mobile",
        "Numéro de téléphone", "N° de téléphone",
    ),
    "nationality": (
        "Nacionalidad", "Nacionalidade", "Nationalité",
        "Nationalities", "Citizenship", "Nacionalidades", "Ciudadanía", "Cidadania", "Nationalités", "Citoyenneté",
    ),
    "funder": (
        "Funded by", "Sponsor", "Financiador", "Financiamiento", "Financia", "Financiamento", "Financement", "Beca",
        "Funders", "Funding", "Sponsored by", "Scholarship", "Financiadores", "Financiado por", "Financiamento por", "Becado por",
        "Fuente de financiamiento", "Fonte de financiamento", "Bolsa", "Financé par", "Financeur", "Source de financement", "Bourse",
    ),
    "status": (
        "Estado de la inscripción", "Situación", "Situação", "Statut", "Situation",
        "Estado del participante", "Estado de la postulación", "Situación de la inscripción", "Situação da inscrição",
        "Estado da inscrição", "Statut de l'inscription",
    ),
    "priority": (
        "Order of priority", "Rank", "Prioridad", "Orden de prioridad", "Orden de mérito", "Prioridade", "Ordem de prioridade",
        "Priorité", "Ordre de priorité",
        "Priorities", "Order of merit", "Priority order", "Ranking", "Prioridades", "Mérito", "Orden de preferencia", "Orden de postulación",
        "Ordem de mérito", "Ordem de preferência", "Priorités", "Ordre de mérite", "Ordre de préférence", "Rang",
    ),
    "reserve": (
        "Alternate", "Suplente", "Reserva", "Titular/Suplente", "Titular o suplente", "Suppléant", "Suppléante", "Réserve",
        "Titulaire/Suppléant",
        "Alternates", "Reserves", "Principal/Alternate", "Principal/Reserve", "Substitute", "Suplentes", "Reservas", "Titular/Reserva",
        "Titular ou suplente", "Principal/Suplente", "Titular o reserva", "Suppléants", "Suppléant(e)", "Titulaire ou suppléant", "Remplaçant",
        "Remplaçante",
    ),
    "nominated_by": (
        "Nominated by", "Nominating organization", "Nominating organisation", "Nominating office", "Postulado por",
        "Propuesto por", "Nominado por", "Designado por", "Organismo que postula", "Institución que postula", "Organismo que propone",
        "Indicado por", "Instituição que indica", "Órgão que indica", "Proposé par", "Désigné par", "Organisme qui propose",
        "Nominating institution", "Nominating agency", "Nominating body", "Proposed by", "Nominator", "Postulado/a por", "Propuesto/a por",
        "Postulada por", "Propuesta por", "Designada por", "Nominada por", "Presentado por", "Institución que propone", "Organismo que designa",
        "Institución que designa", "Indicada por", "Proposto por", "Proposta por", "Nomeado por", "Órgão que propõe",
        "Instituição que propõe", "Entidade que indica", "Proposé(e) par", "Proposée par", "Désignée par", "Désigné(e) par", "Présenté par",
        "Institution qui propose", "Institution qui désigne",
    ),
    "publish": (
        "May be published", "Consent to publish", "Consents to publication", "Consiente publicar", "Consentimiento para publicar",
        "Consiente la publicación",
        "Autoriza publicar", "Autoriza la publicación", "Autoriza publicación", "Autoriza a publicação", "Consentimento para publicar",
        "Autoriza publicar seus dados", "Autorise la publication", "Consentement à la publication",
        "Publication consent", "Agrees to publication", "Publicación autorizada", "Autoriza su publicación", "Autoriza publicar sus datos",
        "Consiente publicación", "Publicação autorizada", "Autoriza publicação", "Consente publicar",
        "Accepte la publication", "Publication autorisée",
    ),
    "needs": (
        "Special needs", "Diet", "Dietary needs", "Dietary requirements", "Accessibility", "Necesidades", "Dieta", "Alimentación",
        "Requerimientos especiales", "Necesidades especiales", "Accesibilidad", "Necessidades", "Necessidades especiais",
        "Alimentação", "Acessibilidade", "Besoins", "Besoins particuliers", "Régime alimentaire", "Régime", "Accessibilité",
        "Need", "Special need", "Dietary restrictions", "Diets", "Allergies", "Requirements", "Accessibility needs", "Necesidad",
        "Necesidad especial", "Dietas", "Restricciones alimentarias", "Restricción alimentaria", "Requerimientos", "Requerimientos alimentarios",
        "Alergias", "Dieta/Alergias", "Necesidades alimentarias", "Necesidades de accesibilidad", "Necessidade",
        "Restrições alimentares", "Restrição alimentar", "Necessidades alimentares", "Alergias alimentares", "Besoin",
        "Besoins alimentaires", "Besoins d'accessibilité", "Restrictions alimentaires", "Allergies alimentaires",
    ),
    "reason": (
        "Motivo", "Razón", "Motif", "Raison",
        "Reasons", "Motivos", "Razones", "Razão", "Razões", "Motifs", "Raisons",
    ),
}  # fmt: skip
