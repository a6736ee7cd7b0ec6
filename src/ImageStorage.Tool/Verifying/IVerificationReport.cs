using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints the findings of a verification while the verification runs.</summary>
internal interface IVerificationReport : IAsyncDisposable
{
    void Add(VerificationItem item, Activity activity);

    Task CompleteAsync(VerificationTally tally, CancellationToken cancellationToken);
}
