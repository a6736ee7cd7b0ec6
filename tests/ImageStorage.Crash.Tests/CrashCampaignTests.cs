using System.Globalization;

[assembly: LevelOfParallelism(3)]

namespace ImageStorage.Crash.Tests;

/// <summary>
/// The short forms of the crash campaigns; with IMAGESTORAGE_TEST_LONG=1 the campaigns in full. See
/// docs/design/crash-campaigns.md. Each campaign is a process with its own folder and waits more than it works, so
/// three run at once.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class CrashCampaignTests
{
    /// <summary>P1, P2, P3, P4 and P9.</summary>
    [Test]
    public Task Killed_at_random_moments_with_one_and_two_processes_a_store_keeps_what_it_acknowledged() =>
        RunAsync("kill", "--rounds", 6);

    /// <summary>P1, P2 and P4, on ext4 and xfs.</summary>
    [Test]
    public Task Cut_off_from_power_at_random_moments_a_store_keeps_what_it_acknowledged() =>
        RunAsync("power", "--rounds", 2);

    /// <summary>P1, P2 and P4, on a file system that keeps only flushed data.</summary>
    [Test]
    public Task Left_with_only_what_was_flushed_a_store_keeps_what_it_acknowledged() =>
        RunAsync("replay", "--every", 20);

    /// <summary>P1, P2, P3 and P7.</summary>
    [Test]
    public Task Hit_by_failing_system_calls_a_store_keeps_what_it_acknowledged_and_says_what_failed() =>
        RunAsync("sweep", "--every", 200);

    /// <summary>P1, P2 and P4 for the LiteDB provider.</summary>
    [Test]
    public Task Killed_at_random_moments_a_LiteDB_database_keeps_what_it_acknowledged() =>
        RunAsync("kill", "--rounds", 6, "litedb");

    /// <summary>P1, P2 and P4 for the LiteDB provider, on ext4 and xfs.</summary>
    [Test]
    public Task Cut_off_from_power_at_random_moments_a_LiteDB_database_keeps_what_it_acknowledged() =>
        RunAsync("power", "--rounds", 2, "litedb");

    /// <summary>P1, P2, P3 and P7 for the LiteDB provider.</summary>
    [Test]
    public Task Hit_by_failing_system_calls_a_LiteDB_database_keeps_what_it_acknowledged_and_says_what_failed() =>
        RunAsync("sweep", "--every", 300, "litedb");

    /// <summary>P1, P3 and P9 for transactions: all or nothing, for two processes and a third that is killed.</summary>
    [Test]
    public Task Killed_in_the_middle_of_transactions_a_store_has_each_of_them_whole_or_not_at_all() =>
        RunAsync("transfer", "--rounds", 3);

    /// <summary>P1 and P3 for transactions of the LiteDB provider.</summary>
    [Test]
    public Task Killed_in_the_middle_of_transactions_a_LiteDB_database_has_each_of_them_whole_or_not_at_all() =>
        RunAsync("transfer", "--rounds", 3, "litedb");

    /// <summary>P1 and P3 for transactions, on ext4 and xfs.</summary>
    [TestCase("file")]
    [TestCase("litedb")]
    public Task Cut_off_from_power_in_the_middle_of_transactions_a_store_has_each_of_them_whole_or_not_at_all(string store) =>
        RunAsync("transfer-power", "--rounds", 1, store);

    /// <summary>
    /// P9 for jobs: processes that are killed at each checkpoint, or stopped longer than their lease; each image is
    /// changed once.
    /// </summary>
    [TestCase("file")]
    [TestCase("litedb")]
    public Task Killed_at_its_checkpoints_or_stopped_a_job_changes_each_image_once(string store) =>
        RunAsync("jobs", "--rounds", 6, store);

    /// <summary>P1, P2 and P7 for a store with a fallback, over a network that refuses, stalls and cuts.</summary>
    [Test]
    public Task Cut_off_from_its_primary_a_store_with_a_fallback_keeps_what_it_acknowledged() =>
        RunAsync("outage", "--rounds", 3);

    /// <summary>
    /// P2 and P9 for the cache on disk: no wrong byte, and no image older than its acknowledgement, for one and two
    /// processes that are killed while they fill the cache.
    /// </summary>
    [Test]
    public Task Killed_while_it_is_filled_a_cache_on_disk_serves_no_wrong_byte_and_keeps_to_its_budget() =>
        RunAsync("cache", "--rounds", 2);

    private static Task RunAsync(string campaign, string limit, int shortForm, string store = "file") =>
        HarnessRun.AssertSoundAsync([campaign, "--store", store, .. TestLength.IsLong ? [] : new[] { limit, shortForm.ToString(CultureInfo.InvariantCulture) }]);
}
