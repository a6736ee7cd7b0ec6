namespace ImageStorage.AzureBlob.Errors;

/// <summary>Why a request failed, for a message.</summary>
/// <param name="Reason">What happened.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="IsTransient">Whether the same call may succeed later without a change.</param>
internal sealed record FailureCause(string Reason, string Remedy, bool IsTransient);
