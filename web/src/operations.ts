// The operations of queries/, typed. The server is sent each file to the letter: it is what the playground shows, what
// the documentation quotes, and what a server that runs trusted documents alone has been told of.
import { parse } from "@0no-co/graphql.web";
import type { TypedDocumentNode } from "urql";
import type * as types from "./generated/operations";
import aParty from "../queries/11-a-party-both-ways.graphql?raw";
import anArticle from "../queries/15-an-article-and-its-raises.graphql?raw";
import aLeader from "../queries/14-a-leader.graphql?raw";
import aPair from "../queries/10-a-pair-both-ways.graphql?raw";
import byMonth from "../queries/4-raises-by-month.graphql?raw";
import changeOfEach from "../queries/13-change-of-each-issue.graphql?raw";
import counterparts from "../queries/5-counterparts.graphql?raw";
import coverage from "../queries/9-dataset.graphql?raw";
import directory from "../queries/17-all-parties-and-issues.graphql?raw";
import issuesOfAPair from "../queries/1-issues-japan-raises-with-us.graphql?raw";
import mostActive from "../queries/19-most-active.graphql?raw";
import neighborhood from "../queries/6-neighborhood.graphql?raw";
import overTime from "../queries/12-raises-and-articles-over-time.graphql?raw";
import paths from "../queries/7-paths.graphql?raw";
import search from "../queries/8-search.graphql?raw";
import sentences from "../queries/2-sentences-of-a-pair.graphql?raw";
import sources from "../queries/18-sources.graphql?raw";
import twoEnds from "../queries/16-ids-of-two-parties.graphql?raw";
import whoElse from "../queries/3-who-else-raises-it.graphql?raw";

function operation<Data, Variables extends object>(text: string): TypedDocumentNode<Data, Variables> {
  return parse(text) as TypedDocumentNode<Data, Variables>;
}

export const Article = operation<types.ArticleAndRaisesQuery, types.ArticleAndRaisesQueryVariables>(anArticle);
export const ChangeOfEach = operation<types.ChangeOfEachQuery, types.ChangeOfEachQueryVariables>(changeOfEach);
export const Counterparts = operation<types.CounterpartsQuery, types.CounterpartsQueryVariables>(counterparts);
export const Coverage = operation<types.CoverageQuery, types.CoverageQueryVariables>(coverage);
export const Directory = operation<types.DirectoryQuery, types.DirectoryQueryVariables>(directory);
export const IssuesOfAPair = operation<types.IssuesOfAPairQuery, types.IssuesOfAPairQueryVariables>(issuesOfAPair);
export const Leader = operation<types.LeaderProfileQuery, types.LeaderProfileQueryVariables>(aLeader);
export const MostActive = operation<types.MostActiveQuery, types.MostActiveQueryVariables>(mostActive);
export const Neighborhood = operation<types.NeighborhoodQuery, types.NeighborhoodQueryVariables>(neighborhood);
export const OverTime = operation<types.OverTimeQuery, types.OverTimeQueryVariables>(overTime);
export const Pair = operation<types.PairBothWaysQuery, types.PairBothWaysQueryVariables>(aPair);
export const Party = operation<types.PartyBothWaysQuery, types.PartyBothWaysQueryVariables>(aParty);
export const Paths = operation<types.PathsQuery, types.PathsQueryVariables>(paths);
export const RaisesByMonth = operation<types.RaisesByMonthQuery, types.RaisesByMonthQueryVariables>(byMonth);
export const Search = operation<types.SearchQuery, types.SearchQueryVariables>(search);
export const Sentences = operation<types.SentencesQuery, types.SentencesQueryVariables>(sentences);
export const Sources = operation<types.SourcesQuery, types.SourcesQueryVariables>(sources);
export const TwoEnds = operation<types.TwoEndsQuery, types.TwoEndsQueryVariables>(twoEnds);
export const WhoElse = operation<types.WhoElseRaisesItQuery, types.WhoElseRaisesItQueryVariables>(whoElse);
