namespace ImageStorage.LiteDb.Engine;

/// <summary>Names of the collections and of the fields of their documents.</summary>
/// <remarks>
/// <code>
/// images     _id  key as ordered bytes            c  creation time and key      f  content type and tags, each with c
///                 v  version   n  number of chunks   r  record
/// chunks     _id  version and position            d  hash and bytes             k  key, in the first chunk of a version only
/// retained   _id  id as bytes                     k  key of the image           v, n, r as in images
///                 u  version, if it has chunks
/// documents  _id  name as bytes                   d  hash, version and bytes
/// trash      _id  version whose chunks are to be removed: replaced, deleted, or of a large save in progress
/// meta       _id  1                               format, layout, opened
/// </code>
/// </remarks>
internal static class StoreLayout
{
    public const string Images = "images";
    public const string Chunks = "chunks";
    public const string Retained = "retained";
    public const string Documents = "documents";
    public const string Trash = "trash";
    public const string Meta = "meta";

    public const string Id = "_id";
    public const string Created = "c";
    public const string Filters = "f";
    public const string Version = "v";
    public const string ChunkCount = "n";
    public const string Record = "r";
    public const string Data = "d";
    public const string Key = "k";
    public const string Uses = "u";

    public const int MetaId = 1;
    public const string FormatName = "ImageStorage.LiteDb";

    /// <summary>The only layout that this version of the library reads and writes.</summary>
    public const int LayoutVersion = 3;
}
