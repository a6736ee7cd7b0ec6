namespace ImageStorage;

/// <summary>Specifies who may use the image endpoints of an application.</summary>
public enum ImageAccess
{
    /// <summary>Every client may use the endpoints.</summary>
    Open,

    /// <summary>
    /// A client needs a link of <see cref="IImageUrls"/>. Each link allows one <see cref="ImageAction"/> on one image.
    /// </summary>
#pragma warning disable CA1720 // The name of a type in another language, and the usual word for such links.
    Signed,
#pragma warning restore CA1720

    /// <summary>
    /// The authorization of ASP.NET Core decides: the default policy, or the policies of
    /// <see cref="ImageEndpointOptions"/>.
    /// </summary>
    Authorized,
}

/// <summary>Specifies what a request does with an image.</summary>
public enum ImageAction
{
    /// <summary>Reads the image or its headers: GET and HEAD.</summary>
    Read,

    /// <summary>Stores the image: PUT and POST.</summary>
    Upload,

    /// <summary>Deletes the image: DELETE.</summary>
    Delete,
}
