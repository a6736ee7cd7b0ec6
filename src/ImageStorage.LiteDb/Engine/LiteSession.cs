using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;
using LiteDB;
using LiteDB.Engine;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// An open LiteDB engine on our own streams. All of it is used by one thread: LiteDB's transactions belong to threads, and its
/// reads beside writes were seen torn. Queries are fixed expressions with parameters, never text that is put together.
/// </summary>
internal sealed class LiteSession : IDisposable
{
    private static readonly BsonExpression ById = BsonExpression.Create("$._id");
    private static readonly BsonExpression ByCreated = BsonExpression.Create("$.c");
    private static readonly BsonExpression ByFilter = BsonExpression.Create("$.f[*]");

    private readonly DataStream _data;
    private readonly CommitLog _log;
    private readonly LogStream _logStream;
    private readonly LiteEngine _engine;
    private readonly BsonExpression _idIs = BsonExpression.Create("$._id = @0", new BsonDocument { ["0"] = 0 });
    private readonly BsonExpression _idBetween = BsonExpression.Create("$._id BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });
    private readonly BsonExpression _createdBetween = BsonExpression.Create("$.c BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });
    private readonly BsonExpression _filterBetween = BsonExpression.Create("$.f[*] ANY BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });

    /// <param name="data">The database file, owned from now on.</param>
    /// <param name="log">Its log; not owned, as it outlives a session that failed.</param>
    /// <param name="create">Is the file empty, to be made a database?</param>
    public LiteSession(DataStream data, CommitLog log, bool create)
    {
        _data = data;
        _log = log;
        _logStream = new LogStream(log);
        try
        {
            _engine = new LiteEngine(new EngineSettings { DataStream = data, LogStream = _logStream, Collation = create ? Collation.Binary : null });
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public CommitLog Log => _log;

    /// <summary>The size of what a checkpoint would move.</summary>
    public long LogBytes => _logStream.Length;

    /// <summary>Must nothing be written, because the log could not be taken back after a failure? Then the next write needs a new session.</summary>
    public bool IsForReading { get; set; }

    /// <summary>Is a transaction open that did not come to its end? Then the session must not be used any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Makes collections and indexes, and keeps LiteDB from checkpoints of its own.</summary>
    public void Prepare()
    {
        _engine.Pragma("CHECKPOINT", 0);
        _engine.EnsureIndex(StoreLayout.Images, StoreLayout.Created, ByCreated, unique: false);
        _engine.EnsureIndex(StoreLayout.Images, StoreLayout.Filters, ByFilter, unique: false);
        InTransaction(() => Insert(StoreLayout.Meta, MetaDocument(0)));
    }

    /// <summary>Writes something, so that a medium which takes no writes shows at the opening, when no image depends on it and the store can still be opened for reading.</summary>
    public void Touch() => InTransaction(() => Upsert(StoreLayout.Meta, MetaDocument((Find(StoreLayout.Meta, StoreLayout.MetaId)?["opened"].AsInt64 ?? 0) + 1)));

    /// <summary>Runs writes as one commit, which is in the log file, though not flushed, when this returns. What is written must change something.</summary>
    public void InTransaction(Action write)
    {
        var before = _log.Confirmed;
        IsBroken = true;
        if (!_engine.BeginTrans())
        {
            throw new InvalidOperationException("A transaction was open already.");
        }

        write();
        if (!_engine.Commit())
        {
            throw new IOException("LiteDB did not commit.");
        }

        _log.RequireCommit(before);
        IsBroken = false;
    }

    public void Insert(string collection, params IEnumerable<BsonDocument> documents) => _engine.Insert(collection, documents, BsonAutoId.Int64);

    public void Upsert(string collection, BsonDocument document) => _engine.Upsert(collection, [document], BsonAutoId.Int64);

    public int Delete(string collection, params IEnumerable<BsonValue> ids) => _engine.Delete(collection, ids);

    public BsonDocument? Find(string collection, BsonValue id)
    {
        _idIs.Parameters["0"] = id;
        var query = new Query { Limit = 1 };
        query.Where.Add(_idIs);
        return Read(collection, query).FirstOrDefault();
    }

    /// <summary>The documents whose number or key lies between two, both included.</summary>
    public List<BsonDocument> Range(string collection, BsonValue from, BsonValue to, int limit, bool descending = false) =>
        Between(collection, _idBetween, ById, from, to, limit, descending);

    /// <summary>The numbers or keys between two, both included; the documents behind them are not read.</summary>
    public List<BsonValue> Ids(string collection, BsonValue from, BsonValue to, int limit) =>
        [.. Between(collection, _idBetween, ById, from, to, limit, descending: false, idsOnly: true).Select(document => document[StoreLayout.Id])];

    /// <summary>The images between two times of creation.</summary>
    public List<BsonDocument> CreatedRange(byte[] from, byte[] to, int limit, bool descending) =>
        Between(StoreLayout.Images, _createdBetween, ByCreated, from, to, limit, descending);

    /// <summary>The images of one content type or tag, between two times of creation.</summary>
    public List<BsonDocument> FilterRange(byte[] from, byte[] to, int limit, bool descending) =>
        Between(StoreLayout.Images, _filterBetween, ByFilter, from, to, limit, descending);

    /// <summary>The highest number in a collection, or null when it is empty.</summary>
    public long? LastId(string collection)
    {
        var query = new Query { OrderBy = ById, Order = Query.Descending, Limit = 1, Select = ById };
        return Read(collection, query).FirstOrDefault() is { } last ? last[StoreLayout.Id].AsInt64 : null;
    }

    public bool HasCollection(string name)
    {
        var query = new Query { Limit = 1 };
        return Read(name, query).Count > 0;
    }

    /// <summary>Moves the pages of the log into the database: log flushed, pages written, database flushed, log emptied.</summary>
    public void Checkpoint()
    {
        // Once the first page is in the database, no commit can be taken back any more: an interrupted move is done again from the whole log.
        _log.Flush(isLast: true);
        _log.Acknowledge();
        _data.IsWritable = true;
        try
        {
            _engine.Checkpoint();
        }
        finally
        {
            _data.IsWritable = false;
        }
    }

    /// <summary>Fails when the files of the store are no longer at its path, so that what they say or take is not the store's any more.</summary>
    /// <param name="withLog">Also asks for the log, which holds the newest commits.</param>
    /// <exception cref="StoreGoneException">The store is gone.</exception>
    public void RequireInPlace(bool withLog)
    {
        if (!_data.IsInPlace || (withLog && !_log.IsInPlace))
        {
            throw new StoreGoneException();
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _data.Dispose();
    }

    private List<BsonDocument> Between(string collection, BsonExpression where, BsonExpression by, BsonValue from, BsonValue to, int limit, bool descending, bool idsOnly = false)
    {
        where.Parameters["0"] = from;
        where.Parameters["1"] = to;
        var query = new Query { OrderBy = by, Order = descending ? Query.Descending : Query.Ascending, Limit = limit };
        query.Where.Add(where);
        if (idsOnly)
        {
            query.Select = by;
        }

        return Read(collection, query);
    }

    private List<BsonDocument> Read(string collection, Query query)
    {
        var documents = new List<BsonDocument>();
        using var reader = _engine.Query(collection, query);
        while (reader.Read())
        {
            documents.Add(reader.Current.AsDocument);
        }

        return documents;
    }

    private static BsonDocument MetaDocument(long opened) => new()
    {
        [StoreLayout.Id] = StoreLayout.MetaId,
        ["format"] = StoreLayout.FormatName,
        ["layout"] = StoreLayout.LayoutVersion,
        ["opened"] = opened,
    };
}
