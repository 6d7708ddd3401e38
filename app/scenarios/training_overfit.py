"""More parameters than samples: the training data are learnt by heart.

With more parameters than samples a network can pass through every noisy point. Stopping early, fewer units or more data
(move n) keep it from that.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=230,
    title="Learning by heart",
    watch="Fourteen samples and 4353 parameters: the training loss goes on falling; the validation loss turns "
    "just after step 500 and doubles. The best network is the one at the ring.",
    page="/training",
    address="v=1&ds=lecture_sine&dp=n:30,noise:0.5&dseed=1&split=0.5,0.25,0.25&h=64,64&like=squared_error&b=a"
    "ll&o=adam&n=850",
)
