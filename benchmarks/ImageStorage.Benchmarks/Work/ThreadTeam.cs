namespace ImageStorage.Benchmarks.Work;

/// <summary>Threads that wait for work and start together, so that the creation of threads is not measured.</summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly int _size;
    private readonly SemaphoreSlim _ready = new(0);
    private readonly Barrier _start;
    private Action? _work;
    private TaskCompletionSource _done = new();
    private Exception? _failure;
    private int _left;

    public ThreadTeam(int size)
    {
        _size = size;
        _start = new Barrier(size);
        for (var i = 0; i < size; i++)
        {
            new Thread(Work) { IsBackground = true }.Start();
        }
    }

    /// <summary>Runs the work once on every thread.</summary>
    public Task RunAsync(Action work)
    {
        (_work, _left, _failure) = (work, _size, null);
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ready.Release(_size);
        return _done.Task;
    }

    public void Dispose()
    {
        _work = null;
        _ready.Release(_size);
    }

    private void Work()
    {
        while (true)
        {
            _ready.Wait();
            if (_work is not { } work)
            {
                return;
            }

            // All threads start together, so no thread takes the share of another.
            _start.SignalAndWait();
            try
            {
                work();
            }
            catch (IOException exception)
            {
                _failure = exception;
            }

            if (Interlocked.Decrement(ref _left) == 0)
            {
                Complete();
            }
        }
    }

    private void Complete()
    {
        if (_failure is { } failure)
        {
            _done.SetException(failure);
        }
        else
        {
            _done.SetResult();
        }
    }
}
