using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>One way to print what a verification found, as it is found.</summary>
internal interface IVerificationReport : IAsyncDisposable
{
    void Add(VerificationItem item, Activity activity);

    Task CompleteAsync(VerificationTally tally, CancellationToken cancellationToken);
}
