using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>Copies beside other writers of the source.</content>
public abstract partial class CopyConformance<THarness>
{
    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_beside_overwrites_and_deletes_of_the_source_is_whole(int length)
    {
        const int Rounds = 12;
        var copies = 0;

        // Before the source is deleted, no copy misses the source: the first copy is made beside overwrites alone.
        var firstEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Storage.SaveBytesAsync(Source, Image(0, length));
        await Threads.RunAsync(4, async thread =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (thread > 1)
                {
                    try
                    {
                        Interlocked.Add(ref copies, await CopyIfThereAsync($"{thread}-{round}.png") ? 1 : 0);
                    }
                    finally
                    {
                        firstEnded.TrySetResult();
                    }
                }
                else if (thread == 0 || round % 4 != 3)
                {
                    await Storage.SaveBytesAsync(Source, Image(((thread * Rounds) + round) % 5, length));
                }
                else
                {
                    await firstEnded.Task;
                    await Storage.DeleteAsync(Source);
                }
            }
        });

        Assert.That(copies, Is.GreaterThan(0), "a copy missed the source before anybody deleted it");
        var versions = Enumerable.Range(0, 5).Select(seed => Image(seed, length)).ToList();
        await foreach (var info in Storage.EnumerateAsync())
        {
            var bytes = await Storage.GetBytesAsync(info.Key);
            Assert.That(versions.Any(version => version.AsSpan().SequenceEqual(bytes)), Is.True, $"'{info.Key}' is none of the versions.");
        }
    }

    private async Task<bool> CopyIfThereAsync(ImageKey target)
    {
        try
        {
            await Storage.CopyAsync(Source, target);
            return true;
        }
        catch (ImageNotFoundException exception)
        {
            Assert.That(exception.Key, Is.EqualTo((ImageKey)Source));
            return false;
        }
    }
}
