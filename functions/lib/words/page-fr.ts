import { maximumSearchLength, maximumSearchWords } from '../../../events/input/limits.ts';
import type { PageWords } from './page-words.ts';

const space = '\u00a0';
const plurals = new Intl.PluralRules('fr');

const dates = `Indiquez un jour, un mois ou une année (2020-11-09, 2020-11 ou 2020). La fin ne peut pas précéder le début.`;
const value = 'Choisissez une valeur de la liste.';

/** French, for pages. */
export const pageFr: PageWords = {
  skip: 'Aller au contenu',
  stories: 'Sujets',
  latest: 'Derniers changements',
  corrections: 'Corrections',
  allCorrections: 'Toutes les corrections',
  aboutCorrections:
    'Rien n’est effacé en silence. Chaque correction, retrait ou suppression figure ici, avec la raison donnée.',
  aboutStories:
    'Chaque sujet, jour après jour : ce qui s’est passé, selon quelles sources, ce qui a été corrigé et ce qui reste ouvert.',
  noStories: 'Il n’y a pas encore de sujets.',
  noCorrections: 'Il n’y a pas de corrections.',
  next: 'Page suivante',
  first: 'Première page',
  events: (count, written) => `${written} ${plurals.select(count) === 'one' ? 'événement' : 'événements'}`,
  choose: 'Choisir ce qui est affiché',
  show: 'Afficher',
  reset: 'Tout afficher',
  any: 'Tous',
  fields: {
    from: 'Du',
    to: 'Au',
    asOf: 'Ce que l’on savait le',
    q: 'Mots',
    order: 'Ordre',
    type: 'Type d’événement',
    actor: 'Acteur',
    place: 'Lieu',
    topic: 'Thème',
    status: 'Statut',
    newsroom: 'Rédaction',
    story: 'Sujet',
  },
  hints: {
    dates: `Un jour, un mois ou une année${space}: 2020-11-09, 2020-11 ou 2020`,
    asOf: (zone) => `Un jour et une heure (${zone})`,
  },
  orders: { asc: 'Du plus ancien au plus récent', desc: 'Du plus récent au plus ancien' },
  chosen: 'Affiché ici',
  wholeTimeline: 'Toute la chronologie',
  planned: 'Ce qui est prévu',
  openQuestions: 'Ce qui reste ouvert',
  ongoing: 'Alors en cours',
  aboutOngoing: 'Ceci avait commencé avant les dates choisies et se poursuivait alors.',
  allOngoing: 'Tout ce qui était alors en cours',
  byMonth: 'Par mois',
  byYear: 'Par année',
  notCounted: (entries) => `Ce sujet compte ${entries} événements, trop pour être dénombrés ici.`,
  map: 'Où cela s’est passé',
  aboutMap: 'Les frontières en tirets sont contestées. Contours : Natural Earth.',
  onMap: (written, count) => `${written} ${count > 1 ? 'événements' : 'événement'} sur la carte`,
  noStart: 'Avant',
  zone: (zone) => `Les heures sont celles de ${zone}, sauf mention d’un autre fuseau.`,
  known: (when) => `Ce que l’on savait le ${when}`,
  aboutKnown: 'Voici les archives telles qu’elles étaient alors. Ce qui a changé depuis est signalé.',
  knownNow: 'Ce que l’on sait maintenant',
  knownBefore: 'Ce que l’on savait avant',
  changedSince: 'Modifié depuis',
  nothingChangedSince: 'Rien sur cette page n’a été corrigé ni retiré depuis.',
  addedSince: ({ count, isComplete }, written) => {
    const isOne = plurals.select(count) === 'one';
    const text = `${written} ${isOne ? 'événement a été ajouté' : 'événements ont été ajoutés'} ici depuis.`;
    if (isComplete) return count === 0 ? 'Rien n’a été ajouté ici depuis.' : text;
    return count === 0
      ? 'Il y a eu trop de publications depuis pour compter ce qui a été ajouté ici.'
      : `Au moins ${text}`;
  },
  changes: {
    recorded: 'Signalé',
    corrected: 'Corrigé',
    retracted: 'Retiré',
    unlisted: 'Ôté du sujet',
    redacted: 'Contenu supprimé',
    transferred: 'Transféré',
  },
  gone: 'Ne figure plus dans cette chronologie',
  redacted: (count, written) =>
    plurals.select(count) === 'one'
      ? 'Le contenu d’un événement a été supprimé.'
      : `Le contenu de ${written} événements a été supprimé.`,
  whatChanged: 'Ce qui a changé',
  history: 'Historique',
  previously: 'Avant',
  now: 'Après',
  nothing: 'rien',
  otherFields: 'Des détails qui ne sont pas affichés ont changé aussi.',
  moreRevisions: 'Révisions suivantes',
  facts: 'Faits',
  headline: 'Titre',
  summary: 'Résumé',
  topics: 'Thèmes',
  story: 'Sujet',
  byNewsroom: (newsroom) => `par ${newsroom}`,
  possiblyOutside: 'L’événement a pu se produire en dehors des dates choisies.',
  formats: 'Dans d’autres formats',
  embedded: 'Pour votre site',
  documentation: 'Pour les programmes',
  image: 'Image',
  published: (date) => `Première publication${space}: ${date}`,
  updated: (date) => `Dernier changement${space}: ${date}`,
  removedContent: 'Le contenu a été supprimé.',
  reasons: {
    legal: 'sur ordre de justice',
    privacy: 'pour protéger la vie privée d’une personne',
    safety: 'pour protéger la sécurité d’une personne',
    source: 'pour protéger une source',
  },
  removers: { newsroom: 'par sa rédaction', operator: 'par l’exploitant de ce site' },
  problems: {
    notFound: { title: 'Introuvable', text: 'Il n’y a rien à cette adresse.' },
    invalid: {
      title: 'Affichage impossible',
      text: 'Quelque chose dans l’adresse ou dans le formulaire n’est pas correct.',
    },
    gone: { title: 'N’est plus ici', text: 'Cet événement n’est plus affiché.' },
    failed: { title: 'Une erreur est survenue', text: 'La faute est la nôtre. Réessayez dans un instant.' },
  },
  refusals: {
    from: dates,
    to: dates,
    asOf: 'Indiquez un jour et une heure déjà passés, après la première publication.',
    q: `Indiquez au plus ${maximumSearchWords} mots, avec des lettres ou des chiffres, en ${maximumSearchLength} caractères au plus.`,
    order: value,
    type: value,
    actor: value,
    place: value,
    topic: value,
    status: value,
    newsroom: value,
    story: `Indiquez le sujet comme dans l’adresse de sa page, par exemple${space}: karabakh-2020.`,
    cursor: 'Cette suite ne peut pas être affichée. Recommencez à la première page.',
    after: 'Indiquez le numéro d’une révision, à partir de 0.',
    language: `Indiquez en ou fr.`,
  },
  soon: 'Il a été accepté à l’instant. Réessayez dans une seconde.',
  script: {
    one: '1 modification depuis le chargement de cette page.',
    many: '# modifications depuis le chargement de cette page.',
    show: 'Afficher',
    keys: 'Touches : j suivant, k précédent.',
    on: 'Désactiver',
    off: 'Activer',
  },
};
