namespace Fairlead.Serving.Predict;

/// <summary>One thing wrong with a row of a request.</summary>
/// <param name="Row">Counted from 0 within the request.</param>
/// <param name="Column">The column's name; "" when the row itself is wrong.</param>
/// <param name="Problem">unknown_column, missing_column, wrong_type, given_twice, target_given or not_a_row.</param>
/// <param name="Message">In plain words, with the value and what to do.</param>
internal sealed record RowFault(int Row, string Column, string Problem, string Message);
