using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints the findings of a verification while the verification runs, one part after the other.</summary>
internal interface IVerificationReport : IAsyncDisposable
{
    void Begin(StorePart part);

    void Add(VerificationItem item, Activity activity);

    void End(VerificationTally tally);

    Task CompleteAsync(bool isSound, CancellationToken cancellationToken);
}
