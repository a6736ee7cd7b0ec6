using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;
using LiteDB;
using LiteDB.Engine;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// An open LiteDB engine on our own streams. Used by one thread at a time: LiteDB binds transactions to threads, and
/// its reads during writes were torn. Queries are fixed expressions with parameters, never concatenated text.
/// </summary>
internal sealed class LiteSession : IDisposable
{
    private static readonly BsonExpression ById = BsonExpression.Create("$._id");
    private static readonly BsonExpression ByCreated = BsonExpression.Create("$.c");
    private static readonly BsonExpression ByFilter = BsonExpression.Create("$.f[*]");
    private static readonly BsonExpression ByUses = BsonExpression.Create("$.u");

    private readonly DataStream _data;
    private readonly CommitLog _log;
    private readonly LogStream _logStream;
    private readonly LiteEngine _engine;
    private readonly BsonExpression _idIs = BsonExpression.Create("$._id = @0", new BsonDocument { ["0"] = 0 });
    private readonly BsonExpression _idBetween = BsonExpression.Create("$._id BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });
    private readonly BsonExpression _createdBetween = BsonExpression.Create("$.c BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });
    private readonly BsonExpression _filterBetween = BsonExpression.Create("$.f[*] ANY BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });

    private readonly BsonExpression _usesBetween = BsonExpression.Create("$.u BETWEEN @0 AND @1", new BsonDocument { ["0"] = 0, ["1"] = 0 });

    /// <summary>Opens the engine.</summary>
    /// <param name="data">The database file; the session disposes of it.</param>
    /// <param name="log">The log of the database; not owned, because it outlives a failed session.</param>
    /// <param name="create"><see langword="true"/> to make a database of an empty file.</param>
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

    /// <summary>Gets the log of the database.</summary>
    public CommitLog Log => _log;

    /// <summary>Gets the number of bytes that a checkpoint would move.</summary>
    public long LogBytes => _logStream.Length;

    /// <summary>
    /// Gets or sets a value that indicates whether nothing may be written, because the log could not be truncated after
    /// a failure. The next write then needs a new session.
    /// </summary>
    public bool IsReadOnly { get; set; }

    /// <summary>
    /// Gets a value that indicates whether a transaction did not end. Such a session must be discarded.
    /// </summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Gets or sets a value that indicates whether versions may be retained; null before the first question. Without
    /// retained versions, no write has to look for them.
    /// </summary>
    public bool? MayRetain { get; set; }

    /// <summary>Creates collections and indexes, and disables LiteDB's own checkpoints.</summary>
    public void Prepare()
    {
        _engine.Pragma("CHECKPOINT", 0);
        _engine.EnsureIndex(StoreLayout.Images, StoreLayout.Created, ByCreated, unique: false);
        _engine.EnsureIndex(StoreLayout.Images, StoreLayout.Filters, ByFilter, unique: false);
        _engine.EnsureIndex(StoreLayout.Retained, StoreLayout.Uses, ByUses, unique: false);
        InTransaction(() => Insert(StoreLayout.Meta, MetaDocument(0)));
    }

    /// <summary>
    /// Writes a document, so that a read-only medium is detected at opening, when no image depends on the write and the
    /// store can still be opened for reading.
    /// </summary>
    public void WriteProbe() => InTransaction(() => Upsert(StoreLayout.Meta, MetaDocument((Find(StoreLayout.Meta, StoreLayout.MetaId)?["opened"].AsInt64 ?? 0) + 1)));

    /// <summary>
    /// Runs writes as one transaction. The commit is in the log file, but not flushed, when the method returns.
    /// </summary>
    /// <param name="write">The writes; they must change at least one page.</param>
    public void InTransaction(Action write)
    {
        var before = _log.Confirmed;
        IsBroken = true;
        if (!_engine.BeginTrans())
        {
            throw new InvalidOperationException("A transaction is already open.");
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

    /// <summary>Returns the documents whose id is in a range, both ends included.</summary>
    public List<BsonDocument> Range(string collection, BsonValue from, BsonValue to, int limit, bool descending = false) =>
        Between(collection, _idBetween, ById, from, to, limit, descending);

    /// <summary>Returns the ids in a range, both ends included, without reading the documents.</summary>
    public List<BsonValue> Ids(string collection, BsonValue from, BsonValue to, int limit) =>
        [.. Between(collection, _idBetween, ById, from, to, limit, descending: false, idsOnly: true).Select(document => document[StoreLayout.Id])];

    /// <summary>Returns the images in a range of creation times and keys.</summary>
    public List<BsonDocument> CreatedRange(byte[] from, byte[] to, int limit, bool descending) =>
        Between(StoreLayout.Images, _createdBetween, ByCreated, from, to, limit, descending);

    /// <summary>Returns the images in a range of the index by content type and tag.</summary>
    public List<BsonDocument> FilterRange(byte[] from, byte[] to, int limit, bool descending) =>
        Between(StoreLayout.Images, _filterBetween, ByFilter, from, to, limit, descending);

    /// <summary>Returns the retained versions that need the chunks of a version.</summary>
    public List<BsonDocument> RetainedUsing(long version, int limit) => Between(StoreLayout.Retained, _usesBetween, ByUses, version, version, limit, descending: false);

    /// <summary>Returns the highest id of a collection, or null when the collection is empty.</summary>
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

    /// <summary>
    /// Moves the pages of the log into the database: flushes the log, writes the pages, flushes the database, empties
    /// the log.
    /// </summary>
    public void Checkpoint()
    {
        // After the first page is in the database, no commit can be taken back: an interrupted move is repeated from
        // the log.
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

    /// <summary>Throws when the open files are no longer the files at the path of the store.</summary>
    /// <param name="withLog"><see langword="true"/> to check the log too, which holds the newest commits.</param>
    /// <exception cref="StoreGoneException">A file was moved, deleted or replaced.</exception>
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
