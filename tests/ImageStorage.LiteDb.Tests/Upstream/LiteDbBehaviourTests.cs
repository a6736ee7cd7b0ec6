using ImageStorage.LiteDb.Tests.Simulation;
using LiteDB;
using LiteDB.Engine;

namespace ImageStorage.LiteDb.Tests.Upstream;

/// <summary>
/// The behavior of LiteDB 5.0.21 that the provider works around (the table in docs/design/litedb.md). When a test fails
/// after an update of LiteDB, the workaround of its row may be unnecessary.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LiteDbBehaviourTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LiteDbBehaviourTests() => Directory.CreateDirectory(_folder.Path);

    private string Database => _folder.Combine("a.db");

    public void Dispose() => _folder.Dispose();

    [Test, Description("Still so: our log stream counts a commit only when its last page has arrived. Fixed: LiteDB writes on the thread that commits, so nothing waits for another thread.")]
    public void Pages_of_a_commit_are_written_on_the_thread_that_commits_and_are_not_flushed()
    {
        using var log = new WatchedStream();
        using var engine = new LiteEngine(new EngineSettings { DataStream = new MemoryStream(), LogStream = log });
        engine.Pragma("CHECKPOINT", 0);
        log.Calls.Clear();

        engine.BeginTrans();
        engine.Insert("c", [new BsonDocument { ["_id"] = 1 }], BsonAutoId.Int64);
        Assert.That(engine.Commit(), Is.True);

        Assert.That(log.Calls.Where(call => call.Name == "write"), Is.Not.Empty);
        Assert.That(log.Calls.Select(call => call.Thread).Distinct(), Is.EqualTo(new[] { Environment.CurrentManagedThreadId }));
        Assert.That(log.Calls.Select(call => call.Name), Has.None.EqualTo("flush"), "No commit is durable by itself.");
    }

    [Test, Description("Still so: the provider passes a log stream of its own.")]
    public void Without_a_log_stream_the_log_is_a_temporary_file()
    {
        using var data = new MemoryStream();
        using (var database = new LiteDatabase(data))
        {
            database.Pragma("CHECKPOINT", 0);
            database.GetCollection("c").Insert(new BsonDocument { ["_id"] = 1 });
        }

        using var again = new LiteDatabase(new MemoryStream(data.ToArray()));
        Assert.That(again.GetCollection("c").Count(), Is.Zero, "Without a checkpoint nothing is in the data.");
    }

    [Test, Description("Still so: each transaction is whole on one thread, never across an await.")]
    public void Commit_on_another_thread_is_refused_silently_and_leaves_the_transaction_open()
    {
        using var database = new LiteDatabase(new MemoryStream());
        database.GetCollection("c").Insert(new BsonDocument { ["_id"] = 1 });
        database.BeginTrans();
        database.GetCollection("c").Insert(new BsonDocument { ["_id"] = 2 });

        var committed = true;
        var other = new Thread(() => committed = database.Commit());
        other.Start();
        other.Join();

        Assert.That(committed, Is.False);
        Assert.That(database.Commit(), Is.True, "The transaction is still open on its own thread.");
    }

    [Test, Description("Still so: keys are bytes, and the collation is binary.")]
    public void Default_collation_ignores_case()
    {
        using var database = new LiteDatabase(new MemoryStream());
        var images = database.GetCollection("images");
        images.Insert(new BsonDocument { ["_id"] = "Cat.jpg" });

        Assert.That(() => images.Insert(new BsonDocument { ["_id"] = "cat.jpg" }), Throws.TypeOf<LiteException>());
    }

    [Test, Description("Still so: the provider never uses LiteDB's mapper. Fixed in part: some more types are refused.")]
    public void Mapper_creates_objects_of_the_type_that_a_document_names()
    {
        var document = new BsonDocument { ["_type"] = $"{typeof(Named).FullName}, {typeof(Named).Assembly.GetName().Name}" };

        Assert.That(BsonMapper.Global.ToObject<object>(document), Is.TypeOf<Named>());
    }

    [Test, Description("Still so: the provider holds an owner file, and opens the files itself without sharing.")]
    [Platform(Exclude = "Win", Reason = "There .NET's sharing keeps the second one out.")]
    public void Second_owner_of_an_open_database_is_not_excluded()
    {
        using var first = new LiteDatabase($"Filename={Database};Connection=direct");
        first.GetCollection("c").Insert(new BsonDocument { ["_id"] = 1 });

        Assert.That(SecondOpens(), Is.True, "LiteDB keeps a second owner out by itself now.");
    }

    private bool SecondOpens()
    {
        try
        {
            using var second = new LiteDatabase($"Filename={Database};Connection=direct");
            return second.GetCollection("c").Count() >= 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public sealed class Named;

    /// <summary>A log in memory that records the threads of its calls.</summary>
    private sealed class WatchedStream : MemoryStream
    {
        public List<(string Name, int Thread)> Calls { get; } = [];

        public override void Write(byte[] buffer, int offset, int count)
        {
            Calls.Add(("write", Environment.CurrentManagedThreadId));
            base.Write(buffer, offset, count);
        }

        public override void Flush() => Calls.Add(("flush", Environment.CurrentManagedThreadId));
    }
}
