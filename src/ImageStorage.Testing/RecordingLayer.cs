using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>
/// A layer that changes nothing and records every write, whichever way the write arrives. Add the layer to a store with
/// <c>AddLayer</c>, and read <see cref="Writes"/> after the operations under test. Thread-safe.
/// </summary>
/// <param name="inner">The inner provider. The layer owns the provider.</param>
public sealed class RecordingLayer(IImageProvider inner) : WriteLayer(inner)
{
    private readonly Lock _lock = new();
    private readonly List<RecordedWrite> _writes = [];

    /// <summary>Gets the calls of hooks since the last <see cref="Clear"/>, in their order.</summary>
    public IReadOnlyList<RecordedWrite> Writes
    {
        get
        {
            lock (_lock)
            {
                return [.. _writes];
            }
        }
    }

    /// <summary>Forgets all calls.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _writes.Clear();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Record(new RecordedWrite(request.Key, WriteHook.BeforePut));
        return base.BeforePutAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken)
    {
        Record(new RecordedWrite(key, WriteHook.BeforeUpdate));
        return base.BeforeUpdateAsync(key, update, cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken)
    {
        Record(new RecordedWrite(key, WriteHook.BeforeDelete));
        return base.BeforeDeleteAsync(key, precondition, cancellationToken);
    }

    /// <summary>Records a copy and passes it on, because this layer changes nothing.</summary>
    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Record(new RecordedWrite(request.Target, WriteHook.BeforeCopy));
        return new(request);
    }

    /// <inheritdoc/>
    protected override ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken)
    {
        Record(new RecordedWrite(key, WriteHook.BeforeRestore));
        return base.BeforeRestoreAsync(key, id, cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
    {
        Record(new RecordedWrite(key, WriteHook.AfterWrite, outcome));
        return base.AfterWriteAsync(key, outcome);
    }

    private void Record(RecordedWrite write)
    {
        lock (_lock)
        {
            _writes.Add(write);
        }
    }
}
