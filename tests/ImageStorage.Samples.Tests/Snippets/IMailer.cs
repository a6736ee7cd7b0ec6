namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Sends mails; stands for the service of an application.</summary>
internal interface IMailer
{
    Task SendAsync(string text, CancellationToken cancellationToken);
}
