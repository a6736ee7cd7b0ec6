namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Counts the calls to a volume and makes one of them fail, or this call and all later calls.</summary>
internal sealed class FaultPlan(FaultKind kind, int position, bool isPersistent, CancellationTokenSource? cancellation = null)
{
    private readonly Lock _gate = new();
    private readonly List<VolumeCall> _calls = [];
    private bool _isOver;

    /// <summary>Gets the calls so far.</summary>
    public IReadOnlyList<VolumeCall> Calls => _calls;

    /// <summary>Gets the first call that failed.</summary>
    public VolumeCall? Struck { get; private set; }

    /// <summary>Ends the faults.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
        }
    }

    public void Observe(VolumeCall call)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _calls.Add(call);
            if (_calls.Count - 1 != position && !(isPersistent && _calls.Count - 1 > position))
            {
                return;
            }

            Struck ??= call;
        }

        Strike(call);
    }

    private void Strike(VolumeCall call)
    {
        switch (kind)
        {
            case FaultKind.Cancelled:
                cancellation!.Cancel();
                return;
            case FaultKind.InputOutputErrorAfterEffect:
                call.Perform();
                throw new IOException("Input/output error", 5);
            case FaultKind.InputOutputError:
                throw new IOException("Input/output error", 5);
            case FaultKind.DiskFull:
                throw new IOException("No space left on device", 28);
            case FaultKind.ShortWrite:
                call.PerformPart?.Invoke();
                throw new IOException("No space left on device", 28);
            case FaultKind.ReadOnly:
                throw new IOException("Read-only file system", 30);
            default:
                throw new UnauthorizedAccessException("Permission denied");
        }
    }
}
