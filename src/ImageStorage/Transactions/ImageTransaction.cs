using ImageStorage.Batch;
using ImageStorage.History;

namespace ImageStorage.Transactions;

/// <summary>Collects the steps of a transaction, in order. Nothing happens before the delegate that gets it has ended.</summary>
public sealed class ImageTransaction
{
    private readonly List<TransactionStep> _steps = [];

    internal ImageTransaction()
    {
    }

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<TransactionStep> Steps => _steps;

    /// <summary>Adds a step.</summary>
    public ImageTransaction Add(TransactionStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(step);
        return this;
    }

    /// <summary>Saves an image. The stream is read when the transaction runs, and not disposed.</summary>
    public ImageTransaction Save(ImageKey key, Stream content, SaveOptions? options = null) => Add(new SaveStep(new SaveRequest(key, content, options)));

    /// <summary>Saves an image whose source is opened when its turn comes.</summary>
    public ImageTransaction Save(SaveRequest request) => Add(new SaveStep(request));

    /// <summary>Deletes an image; deleting what is not there succeeds.</summary>
    public ImageTransaction Delete(ImageKey key, DeleteOptions? options = null) => Add(new DeleteStep(key, options));

    /// <summary>Changes metadata, tags or file name of an image.</summary>
    public ImageTransaction Update(ImageKey key, ImageUpdate update) => Add(new UpdateStep(key, update));

    /// <summary>Appends an entry to the history.</summary>
    public ImageTransaction Append(HistoryEntry entry) => Add(new AppendStep(entry));

    /// <summary>Runs a registered action, which can be undone after a crash as well.</summary>
    public ImageTransaction Run(string action, string argument) => Add(new ActionStep(action, argument));

    /// <summary>Runs code of one's own. After a crash nobody has the code that undoes it: the transaction is in doubt then.</summary>
    public ImageTransaction Run(Func<CancellationToken, Task> execute, Func<CancellationToken, Task> compensate) => Add(new CustomStep(execute, compensate));
}
