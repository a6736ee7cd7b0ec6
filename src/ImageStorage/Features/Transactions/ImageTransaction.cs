using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>
/// Collects the steps of a transaction, in order. Nothing is written before the delegate that receives this object has ended. Afterwards the collection is
/// closed: each member throws <see cref="InvalidOperationException"/>. The members are thread-safe.
/// </summary>
public sealed class ImageTransaction
{
    private readonly Lock _lock = new();
    private readonly List<TransactionStep> _steps = [];
    private bool _isClosed;

    internal ImageTransaction()
    {
    }

    /// <summary>Gets a copy of the steps that were added so far.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public IReadOnlyList<TransactionStep> Steps
    {
        get
        {
            lock (_lock)
            {
                ThrowIfClosed();
                return _steps.ToImmutableArray();
            }
        }
    }

    /// <summary>Adds a step.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Add(TransactionStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        lock (_lock)
        {
            ThrowIfClosed();
            _steps.Add(step);
        }

        return this;
    }

    /// <summary>Saves an image. The stream is read when the transaction runs, and not disposed.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Save(ImageKey key, Stream content, SaveOptions? options = null) => Add(new SaveStep(new SaveRequest(key, content, options)));

    /// <summary>Saves an image whose source is opened when its turn comes.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Save(SaveRequest request) => Add(new SaveStep(request));

    /// <summary>Deletes an image; deleting what is not there succeeds.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Delete(ImageKey key, DeleteOptions? options = null) => Add(new DeleteStep(key, options));

    /// <summary>Changes metadata, tags or file name of an image.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Update(ImageKey key, ImageUpdate update) => Add(new UpdateStep(key, update));

    /// <summary>Appends an entry to the history.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Append(HistoryEntry entry) => Add(new AppendStep(entry));

    /// <summary>Runs a registered action, which can be undone after a crash as well.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Run(string action, string argument) => Add(new ActionStep(action, argument));

    /// <summary>Runs code of one's own. After a crash nobody has the code that undoes it: the transaction is in doubt then.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Run(Func<CancellationToken, Task> execute, Func<CancellationToken, Task> compensate) => Add(new CustomStep(execute, compensate));

    /// <summary>Closes the collection, and returns its steps. A step that another thread adds at the same time is either among them, or its call throws.</summary>
    internal ImmutableArray<TransactionStep> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return [.. _steps];
        }
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException("The delegate of this transaction has ended, so the transaction takes no more steps. Await all work in the delegate that adds steps, and begin another transaction for later steps.");
        }
    }
}
