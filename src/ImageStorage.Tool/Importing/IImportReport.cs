using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Prints the results of an import while the import runs.</summary>
internal interface IImportReport : IAsyncDisposable
{
    /// <summary>Prints a file that was refused or failed.</summary>
    void Add(ImportResult result, Activity activity);

    Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken);
}
