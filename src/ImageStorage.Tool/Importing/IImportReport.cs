using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>One way to print what an import did, as it is done.</summary>
internal interface IImportReport : IAsyncDisposable
{
    /// <summary>A file that was refused or failed.</summary>
    void Add(ImportResult result, Activity activity);

    Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken);
}
