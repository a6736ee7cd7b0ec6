namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Runs one delegate on several threads that start together, so that races happen on any number of cores.
/// </summary>
internal static class Threads
{
    // Far beyond the duration of any delegate: a deadlock in a provider fails its test instead of hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(int count, Func<int, Task> body)
    {
        using var start = new Barrier(count);
        var ends = new Task[count];
        for (var i = 0; i < count; i++)
        {
            var index = i;
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ends[i] = end.Task;
            new Thread(() => RunOne(start, index, body, end)) { IsBackground = true }.Start();
        }

        await Task.WhenAll(ends).WaitAsync(Patience);
    }

    private static void RunOne(Barrier start, int index, Func<int, Task> body, TaskCompletionSource end)
    {
        try
        {
            start.SignalAndWait();
            body(index).GetAwaiter().GetResult();
            end.SetResult();
        }
        catch (Exception exception)
        {
            // The boundary of the thread: each failure, also of an assertion, belongs to the waiting test.
            end.SetException(exception);
        }
    }
}
