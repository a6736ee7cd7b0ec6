using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints the findings of a verification while the verification runs, one part after the other.</summary>
internal interface IVerificationReport : IAsyncDisposable
{
    void Begin(StorePart part);

    void Add(VerificationItem item, Activity activity);

    /// <summary>Prints the counts of a part.</summary>
    /// <param name="tally">The counts.</param>
    /// <param name="failure">The reason why the part could not be verified to its end; null if it was.</param>
    void End(VerificationTally tally, string? failure);

    Task CompleteAsync(bool isSound, CancellationToken cancellationToken);
}
