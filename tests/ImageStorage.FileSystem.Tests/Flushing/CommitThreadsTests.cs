using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem.Tests.Flushing;

[Parallelizable(ParallelScope.All)]
public sealed class CommitThreadsTests
{
    [Test]
    public async Task Commits_that_block_do_not_wait_for_each_other()
    {
        const int Count = 40;
        using var allBegun = new CountdownEvent(Count);

        // Each commit is started by its own thread, because the first may run on the calling thread.
        var commits = Enumerable.Range(0, Count).Select(i => Start(() => CommitThreads.RunAsync(() =>
        {
            allBegun.Signal();
            return allBegun.Wait(TimeSpan.FromMinutes(1)) ? i : -1;
        }))).ToList();

        Assert.That(await Task.WhenAll(commits), Is.EqualTo(Enumerable.Range(0, Count)));
    }

    [Test]
    public async Task A_failure_is_thrown_to_its_own_commit_only()
    {
        var commits = Enumerable.Range(0, 30).Select(i => Start(() => CommitThreads.RunAsync(() => i % 2 == 0 ? i : throw new IOException($"{i}")))).ToList();
        for (var i = 0; i < commits.Count; i++)
        {
            if (i % 2 == 0)
            {
                Assert.That(await commits[i], Is.EqualTo(i));
            }
            else
            {
                Assert.That(async () => await commits[i], Throws.TypeOf<IOException>().With.Message.EqualTo($"{i}"));
            }
        }
    }

    private static Task<T> Start<T>(Func<Task<T>> begin)
    {
        var end = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => begin().ContinueWith(task => task.IsFaulted ? end.TrySetException(task.Exception!.InnerException!) : end.TrySetResult(task.Result), TaskScheduler.Default)) { IsBackground = true }.Start();
        return end.Task;
    }
}
