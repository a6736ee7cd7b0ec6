using System.Text;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Tests;

internal sealed class JobsTests : ToolFixture
{
    private const string Id = "scrub.00000007";

    [Test]
    public async Task Jobs_ls_lists_jobs_and_json_their_progress()
    {
        await LeaveAsync("completed");

        var fields = (await RunAsync("jobs", "ls", "--store", Store)).Succeeded().OutLines.Single().Split('\t');
        var json = (await RunAsync("jobs", "ls", "--store", Store, "--json")).Succeeded().Json[0];

        Assert.That(fields, Is.EqualTo(new[] { Id, "completed", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "images 1,234" }));
        Assert.That((json.GetProperty("id").GetString(), json.GetProperty("counters").GetProperty("images").GetInt64(), json.GetProperty("parameters").GetProperty("prefix").GetString()), Is.EqualTo((Id, 1234, "a/")));
    }

    [Test]
    public async Task Jobs_ls_says_that_there_are_none()
    {
        await LeaveAsync("completed");
        await using (var services = Services())
        {
            await services.GetRequiredService<IImageProvider>().Documents.DeleteAsync($"jobs/{Id}");
        }

        Assert.That((await RunAsync("jobs", "ls", "--store", Store)).SucceededWithNote("No jobs.").OutLines, Is.Empty);
    }

    [Test]
    public async Task Jobs_show_prints_a_job_of_a_dead_process_with_its_failures()
    {
        await LeaveAsync("running");

        var lines = (await RunAsync("jobs", "show", Id, "--store", Store)).Succeeded().OutLines;

        Assert.That(lines, Does.Contain("State:        interrupted").And.Contain("After:        b.png").And.Contain("Item failed:  a.png: it is damaged").And.Contain("Parameter:    prefix = a/").And.Contain("Counter:      images = 1,234"));
        Assert.That((await RunAsync("jobs", "show", Id, "--store", Store, "--json")).Succeeded().Json.GetProperty("lastFailures")[0].GetProperty("item").GetString(), Is.EqualTo("a.png"));
    }

    [Test]
    public async Task Jobs_cancel_ends_a_job_without_a_process_and_then_says_that_it_has_ended()
    {
        await LeaveAsync("interrupted");

        Assert.That((await RunAsync("jobs", "cancel", Id, "--store", Store)).Succeeded().OutLines.Single(), Is.EqualTo("The job is cancelled."));
        var again = await RunAsync("jobs", "cancel", Id, "--store", Store);
        Assert.That((again.ExitCode, again.Error), Is.EqualTo((1, $"error: The job '{Id}' has ended already: it is cancelled.\n")));
    }

    [Test]
    public async Task Jobs_cancel_asks_a_running_job_to_end()
    {
        await LeaveAsync("running");
        await using (var services = Services())
        {
            await services.GetRequiredService<IImageProvider>().Documents.PutAsync("job-owners/other", "{}"u8.ToArray());
        }

        Assert.That((await RunAsync("jobs", "cancel", Id, "--store", Store)).Succeeded().OutLines.Single(), Does.StartWith("The job ends at its next checkpoint."));
        Assert.That((await RunAsync("jobs", "ls", "--store", Store)).Succeeded().OutLines.Single(), Does.StartWith($"{Id}\tcancelling\t"));
        Assert.That((await RunAsync("jobs", "cancel", Id, "--store", Store, "--json")).Succeeded().Json.GetProperty("cancelRequested").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Job_of_a_newer_version_is_listed_and_is_not_cancelled()
    {
        await PutAsync("""{"format":9,"kind":"scrub","state":"running","startedAt":"2026-01-01T00:00:00Z"}""");

        Assert.That((await RunAsync("jobs", "ls", "--store", Store)).Succeeded().OutLines.Single(), Does.StartWith($"{Id}\tunreadable\t2026-01-01T00:00:00Z\t-\t").And.Contain("Update the package"));
        Assert.That((await RunAsync("jobs", "cancel", Id, "--store", Store)).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Damaged_job_is_removed_by_its_cancellation()
    {
        await PutAsync("no json");

        Assert.That((await RunAsync("jobs", "cancel", Id, "--store", Store)).Succeeded().OutLines.Single(), Is.EqualTo("The damaged document of the job was removed."));
        Assert.That((await RunAsync("jobs", "show", Id, "--store", Store)).ExitCode, Is.EqualTo(1));
    }

    [TestCase("show", "scrub.00000008")]
    [TestCase("show", "what?")]
    [TestCase("cancel", "scrub.00000008")]
    public async Task Unknown_job_is_not_found(string verb, string id)
    {
        await LeaveAsync("completed");

        var result = await RunAsync("jobs", verb, id, "--store", Store);

        Assert.That((result.ExitCode, result.Error), Is.EqualTo((1, $"error: There is no job '{id}' in the store. 'jobs ls' lists the jobs.\n")));
    }

    [TestCase("ls")]
    [TestCase("show", Id)]
    [TestCase("cancel", Id)]
    public async Task Store_that_is_not_there_is_refused(params string[] arguments) =>
        Assert.That((await RunAsync(["jobs", .. arguments, "--store", Store])).ExitCode, Is.EqualTo(1));

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(StorePath);
        return services.BuildServiceProvider();
    }

    private Task LeaveAsync(string state) => PutAsync($$"""
        {"format":1,"kind":"scrub","state":"{{state}}","owner":"other","run":2,"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","parameters":{"prefix":"a/"},"after":"b.png","counters":{"images":1234},"lastFailures":[{"item":"a.png","reason":"it is damaged","at":"2026-01-01T00:00:00Z"}]}
        """);

    private async Task PutAsync(string content)
    {
        await using var services = Services();
        await services.GetRequiredService<IImageProvider>().Documents.PutAsync($"jobs/{Id}", Encoding.UTF8.GetBytes(content));
    }
}
