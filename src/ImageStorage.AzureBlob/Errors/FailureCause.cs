namespace ImageStorage.AzureBlob.Errors;

/// <summary>The cause of a failed request, for a message.</summary>
/// <param name="Reason">The cause, as a clause.</param>
/// <param name="Remedy">The remedy, as sentences.</param>
/// <param name="IsTransient">Whether the same call may succeed later without a change.</param>
internal sealed record FailureCause(string Reason, string Remedy, bool IsTransient);
