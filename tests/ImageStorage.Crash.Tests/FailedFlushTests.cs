using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Tracing;

namespace ImageStorage.Crash.Tests;

/// <summary>
/// The sweep's verdict on an operation that is acknowledged although a flush failed during it: a swallowed failure is
/// an alarm, the failure of concurrent work is not.
/// </summary>
[TestFixture]
public sealed class FailedFlushTests
{
    private const long InputOutputError = -5;
    private const string Folder = "/store";
    private const string Staging = "/.imagestorage/staging/owner/";
    private static readonly string Catalog = StoreKinds.Find("hybrid-files").LocationIn(Folder) + "/catalog/store";
    private static readonly string Content = StoreKinds.Find("hybrid-files").LocationIn(Folder) + "/content/store";
    private static readonly string Database = StoreKinds.Find("hybrid").LocationIn(Folder) + "/catalog/images.db";
    private static readonly string Log = Database + "-log";

    [Test]
    public void A_file_that_got_its_name_though_its_flush_failed_is_an_alarm([Values] bool isInContent)
    {
        var half = isInContent ? Content : Catalog;
        var failed = Call(1, "fsync", half + Staging + "1");

        Assert.That(IsAlarm("hybrid-files", failed, Failed(failed), Done(Call(2, "renameat", half + Staging + "1", half + "/images/a.png"))), Is.True);
    }

    [Test]
    public void A_file_renamed_after_a_failed_flush_is_an_alarm()
    {
        var failed = Call(1, "fsync", Catalog + Staging + "1");
        var during = new[] { Failed(failed) };

        Assert.That(IsAlarm("hybrid-files", failed, new OperationCalls(during, [.. during, Done(Call(2, "rename", Catalog + Staging + "1", Catalog + "/.imagestorage/documents/=hybrid/=sweep"))])), Is.True);
    }

    [Test]
    public void A_file_that_never_got_a_name_was_given_up()
    {
        var failed = Call(1, "fsync", Catalog + Staging + "1");
        var other = Done(Call(3, "rename", Catalog + Staging + "2", Catalog + "/images/a.png"));

        Assert.That(IsAlarm("hybrid-files", failed, Failed(failed), Done(Call(2, "unlink", Catalog + Staging + "1")), other), Is.False);
        Assert.That(IsAlarm("hybrid-files", failed, Failed(failed), new CallEnded(Call(2, "rename", Catalog + Staging + "1", Catalog + "/images/a.png"), 0, InputOutputError, 0), other), Is.False);
    }

    [TestCase("/images")]
    [TestCase("/.imagestorage/index")]
    [TestCase("/.imagestorage/index/1.log")]
    [TestCase("/.imagestorage/documents/=crash")]
    [TestCase("")]
    public void A_flush_of_anything_but_what_was_staged_is_an_alarm(string path)
    {
        var failed = Call(2, "fsync", Catalog + path);

        Assert.That(IsAlarm("hybrid-files", failed, Done(Call(1, "rename", Catalog + Staging + "1", Catalog + "/.imagestorage/documents/=hybrid/=sweep")), Failed(failed)), Is.True);
    }

    [TestCase("=sweep", false, Description = "No operation waits for it.")]
    [TestCase("=catalog", true, Description = "Without its identity nothing may be acknowledged.")]
    public void The_folder_of_the_documents_of_the_hybrid_store_itself_is_flushed_for_the_last_one_written(string document, bool isAlarm)
    {
        const string Documents = "/.imagestorage/documents/=hybrid";
        var failed = Call(3, "fsync", Catalog + Documents);
        var other = document == "=sweep" ? "=catalog" : "=sweep";

        Assert.That(IsAlarm("hybrid-files", failed,
            Done(Call(1, "rename", Catalog + Staging + "1", $"{Catalog}{Documents}/{other}")),
            Done(Call(2, "rename", Catalog + Staging + "2", $"{Catalog}{Documents}/{document}")),
            Failed(failed)), Is.EqualTo(isAlarm));
    }

    [Test]
    public void A_log_that_is_not_truncated_after_a_failed_flush_is_an_alarm()
    {
        var failed = Call(2, "fsync", Log);

        Assert.That(IsAlarm("hybrid", failed, Done(Call(1, "pwrite64", Log)), Failed(failed)), Is.True, "swallowed");
        Assert.That(IsAlarm("hybrid", failed, Done(Call(1, "pwrite64", Log)), Failed(failed), Done(Call(3, "fsync", Log))), Is.True, "tried again");
        Assert.That(IsAlarm("hybrid", failed, Done(Call(1, "pwrite64", Log)), Failed(failed), Done(Call(3, "pwrite64", Log)), Done(Call(4, "fsync", Log))), Is.True, "written on");
    }

    [Test]
    public void A_log_truncated_after_a_failed_flush_is_an_alarm_if_nothing_else_made_the_operation_durable()
    {
        var failed = Call(2, "fsync", Log);

        Assert.That(IsAlarm("hybrid", failed, Done(Call(1, "pwrite64", Log)), Failed(failed), Done(Call(3, "ftruncate", Log)), Done(Call(4, "fsync", Log))), Is.True);
    }

    [Test]
    public void A_failed_flush_of_the_log_for_another_operation_is_no_failure()
    {
        var failed = Call(3, "fsync", Log);
        CallEnded[] operation = [Done(Call(11, "pwrite64", Log)), Done(Call(12, "fsync", Log))];
        CallEnded[] others = [Done(Call(2, "pwrite64", Log)), Failed(failed), Done(Call(4, "ftruncate", Log)), Done(Call(5, "fsync", Log))];

        Assert.That(IsAlarm("hybrid", failed, [.. others, .. operation]), Is.False, "before the operation's own");
        Assert.That(IsAlarm("hybrid", failed, [Done(Call(0, "pwrite64", Log)), Done(Call(1, "fsync", Log)), .. others]), Is.False, "after the operation's own");
    }

    private static bool IsAlarm(string kind, SystemCall failed, params CallEnded[] calls) => IsAlarm(kind, failed, new OperationCalls(calls, calls));

    private static bool IsAlarm(string kind, SystemCall failed, OperationCalls calls) =>
        !StoreKinds.Find(kind).IsUnrelatedFlush(failed, calls, StoreKinds.Find(kind).LocationIn(Folder));

    private static SystemCall Call(long number, string name, string path, string? secondPath = null) => new(number, name, path, secondPath, 0);

    private static CallEnded Done(SystemCall call) => new(call, 0, call.Name == "pwrite64" ? 100 : 0, 0);

    private static CallEnded Failed(SystemCall call) => new(call, 0, InputOutputError, 0);
}
