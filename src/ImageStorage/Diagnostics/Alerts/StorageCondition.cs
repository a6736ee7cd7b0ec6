namespace ImageStorage.Diagnostics.Alerts;

/// <summary>A state that needs attention while it lasts.</summary>
/// <param name="Rule">The name of the rule of its alert, such as <c>job-failed</c>.</param>
/// <param name="Subject">Distinguishes several states of one rule, such as the kind of the job; null for none.</param>
/// <param name="Severity">The severity of its alert.</param>
/// <param name="Message">What is wrong, without keys.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record StorageCondition(string Rule, string? Subject, AlertSeverity Severity, string Message, string Remedy);
