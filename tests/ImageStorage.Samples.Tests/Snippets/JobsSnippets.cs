using System.Text;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/jobs.md, and that it does what the page says.</summary>
[NonParallelizable]
internal sealed class JobsSnippets
{
    [Test]
    public async Task Jobs_are_listed_and_cancelled()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IImageProvider>().Documents.PutAsync("jobs/scrub.00000042", Encoding.UTF8.GetBytes(
            """{"format":1,"kind":"scrub","state":"interrupted","owner":"x","run":1,"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","parameters":{},"after":"b.png","counters":{"images":2},"lastFailures":[]}"""));
        var jobs = container.GetRequiredService<IStorageJobs>();
        var (printed, original) = (new StringWriter(), Console.Out);
        Console.SetOut(printed);
        try
        {
            await foreach (var job in jobs.ListAsync())
            {
                Console.WriteLine($"{job.Id}: {job.State}, up to {job.After}, {job.Counters.GetValueOrDefault("images")} images");
            }

            if (await jobs.CancelAsync("scrub.00000042"))
            {
                Console.WriteLine("The job ends at its next checkpoint.");
            }
        }
        finally
        {
            Console.SetOut(original);
        }

        Assert.That(printed.ToString().ReplaceLineEndings("\n"), Is.EqualTo("scrub.00000042: Interrupted, up to b.png, 2 images\nThe job ends at its next checkpoint.\n"));
    }
}
