using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>
/// Collects the steps of a transaction, in order. Nothing is written before the delegate that receives this object has
/// ended. Afterwards every member throws <see cref="InvalidOperationException"/>. Thread-safe.
/// </summary>
public sealed class ImageTransaction
{
    private readonly Lock _lock = new();
    private readonly List<TransactionStep> _steps = [];
    private bool _isClosed;

    internal ImageTransaction()
    {
    }

    /// <summary>Gets a copy of the steps added so far.</summary>
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

    /// <summary>
    /// Adds a step that saves an image. The stream is read when the transaction runs, and is not disposed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Save(ImageKey key, Stream content, SaveOptions? options = null) => Add(new SaveStep(new SaveRequest(key, content, options)));

    /// <summary>Adds a step that saves an image. The source of the request is opened when the step runs.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Save(SaveRequest request) => Add(new SaveStep(request));

    /// <summary>Adds a step that deletes an image. Deleting an image that does not exist succeeds.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Delete(ImageKey key, DeleteOptions? options = null) => Add(new DeleteStep(key, options));

    /// <summary>Adds a step that copies an image to another key.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Copy(ImageKey source, ImageKey target, CopyOptions? options = null) => Add(new CopyStep(source, target, options));

    /// <summary>Adds a step that moves an image to another key.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Move(ImageKey source, ImageKey target, CopyOptions? options = null) => Add(new MoveStep(source, target, options));

    /// <summary>Adds a step that changes the metadata, tags or file name of an image.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Update(ImageKey key, ImageUpdate update) => Add(new UpdateStep(key, update));

    /// <summary>Adds a step that appends an entry to the history.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Append(HistoryEntry entry) => Add(new AppendStep(entry));

    /// <summary>Adds a step that runs a registered action, which can be compensated after a crash as well.</summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Run(string action, string argument) => Add(new ActionStep(action, argument));

    /// <summary>
    /// Adds a step that runs two delegates. After a crash no process has the code of the compensation: the transaction
    /// is then in doubt.
    /// </summary>
    /// <exception cref="InvalidOperationException">The delegate of the transaction has ended.</exception>
    public ImageTransaction Run(Func<CancellationToken, Task> execute, Func<CancellationToken, Task> compensate) => Add(new CustomStep(execute, compensate));

    /// <summary>
    /// Closes the collection and returns its steps. A step added concurrently by another thread is either among them,
    /// or its call throws.
    /// </summary>
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
            throw new InvalidOperationException("The delegate of this transaction has ended, so no more steps can be added. Await all work in the delegate that adds steps, and start another transaction for later steps.");
        }
    }
}
